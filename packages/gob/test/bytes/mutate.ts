// Mutates gob streams at random.
import type { SeededRandom } from "../../../../test/seeded-random.ts";

/** Bytes that have a meaning in many places of a stream: zeros, lengths, widths, signs, ids. */
const MEANINGFUL = [0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 0x7f, 0x80, 0x81, 0xf7, 0xf8, 0xfe, 0xff];

/** Makes one to four changes to one of `seeds`, or rarely returns random bytes. */
export function mutate(random: SeededRandom, seeds: readonly Uint8Array[]): Buffer {
  if (random.chance(0.02)) return noise(random, random.below(200));
  let bytes: Buffer = Buffer.from(random.pick(seeds));
  for (let i = random.below(4); i >= 0; i--) bytes = change(random, bytes, seeds);
  return bytes;
}

function noise(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)));
}

function change(random: SeededRandom, bytes: Buffer, seeds: readonly Uint8Array[]): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(16);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(8)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, noise(random, length), after]);
    case 2:
      return Buffer.concat([before, after.subarray(length)]);
    case 3:
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 4: {
      const other = random.pick(seeds);
      const from = random.below(other.length);
      return Buffer.concat([before, other.subarray(from, from + length), after]);
    }
    case 5:
      return at < bytes.length
        ? withByte(bytes, at, (bytes[at] as number) ^ (1 << random.below(8)))
        : bytes;
    case 6:
      return at < bytes.length
        ? withByte(bytes, at, (bytes[at] as number) + random.below(5) - 2)
        : bytes;
    default:
      return at < bytes.length ? withByte(bytes, at, random.pick(MEANINGFUL)) : bytes;
  }
}

function withByte(bytes: Buffer, at: number, byte: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = byte & 0xff;
  return copy;
}
