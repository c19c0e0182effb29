// Hostile cookie values: all are rejected, and none makes decode throw.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../../test/seeded-random.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { newSessionId } from "../../src/codec/session-id.ts";

const keys = [
  { authentication: "a".repeat(32), encryption: "e".repeat(32) },
  { authentication: "b".repeat(64) },
];
const codec = createCodec(keys);
/** The same value in all runs. It contains both letters in which the two alphabets of base64 differ, and padding. */
const good = createCodec(keys, {
  now: () => 4_000_000_000,
  randomBytes: (size) => new Uint8Array(size),
}).encode("session", "A".repeat(52));
const padded = good.replace(/=*$/, "");

/** Characters in the alphabet, and outside of it. */
const INSERTED = "Az09-_=+/ \n|".split("");

const hostile: Record<string, string> = {
  nothing: "",
  "a space": " ",
  "a line break": "\n",
  pipes: "||",
  "more pipes": "|||",
  "a word": "cookie",
  "a session id": newSessionId(),
  "an express-session cookie": "s%3Aabc.def",
  "a value in quotes": `"${good}"`,
  "a percent-encoded padding": `${padded}%3D`,
  "no padding": padded,
  "too much padding": `${good}=`,
  "the value twice": good + good,
  "spaces around": ` ${good} `,
  "a line break at the end": `${good}\r\n`,
  "a line break inside": `${good.slice(0, 40)}\n${good.slice(40)}`,
  "the standard alphabet": Buffer.from(good, "base64url").toString("base64"),
  "a NUL at the end": `${good}\0`,
  "half a surrogate pair": `${good}\ud800`,
  "letters that look alike": good.replace("M", "Ｍ"),
  "only base64 of pipes": "fHx8",
  "no MAC": Buffer.from(good, "base64url").subarray(0, -32).toString("base64"),
  "no name of an algorithm": "eyJhbGciOiJub25lIn0=.e30=.",
  "4096 characters": "A".repeat(4096),
  "4097 characters": "A".repeat(4097),
  "a million characters": "A".repeat(1_000_000),
};

describe("a hostile cookie", () => {
  it.each(Object.entries(hostile))("is rejected: %s", (_, value) => {
    expect(codec.decode("session", value).rejected).toBeDefined();
  });

  it("is rejected in every other spelling of a valid value with different trailing bits", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const accepted = alphabet
      .split("")
      .map((last) => padded.slice(0, -1) + last + good.slice(padded.length))
      .filter((value) => codec.decode("session", value).rejected === undefined);
    expect(accepted).toEqual([good]);
  });

  it("is rejected without throwing, in 100,000 mutations of valid values", () => {
    const random = new SeededRandom("mutated cookies");
    const randomBytes = (size: number) =>
      Uint8Array.from({ length: size }, () => random.below(256));
    const values = Array.from({ length: 100 }, (_, index) =>
      createCodec(keys.slice(index % 2), { now: () => 4_000_000_000, randomBytes }).encode(
        "session",
        newSessionId(randomBytes),
      ),
    );
    // Now the codec has cached them, so that the cache is attacked too.
    for (const value of values) expect(codec.decode("session", value).rejected).toBeUndefined();
    const goodOnes = new Set(values);
    const accepted: string[] = [];
    for (let round = 0; round < 100_000; round++) {
      const value = mutate(random, values);
      if (codec.decode("session", value).rejected === undefined && !goodOnes.has(value)) {
        accepted.push(value);
      }
    }
    expect(accepted).toEqual([]);
  });
});

/** A valid value with one to three changes, of its text or of its bytes. */
function mutate(random: SeededRandom, values: readonly string[]): string {
  let value = random.pick(values);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(value.length);
    const kind = random.below(7);
    if (kind === 0) value = value.slice(0, at) + random.pick(INSERTED) + value.slice(at);
    else if (kind === 1) value = value.slice(0, at) + value.slice(at + 1);
    else if (kind === 2) value = value.slice(0, at);
    else if (kind === 3) value = value.slice(0, at) + random.pick(values).slice(at);
    else value = flip(random, value);
  }
  return value;
}

/** Stays base64, so that it gets as far as the MAC. */
function flip(random: SeededRandom, value: string): string {
  const bytes = Buffer.from(value, "base64url");
  if (bytes.length === 0) return value;
  const at = random.below(bytes.length);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
