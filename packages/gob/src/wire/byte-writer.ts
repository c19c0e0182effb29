// Writes gob's primitives into a growing buffer: unsigned and signed integers, floats, strings.
import { GobError, type PathStep, formatPath } from "../errors.ts";

/** Up to this many bytes, a loop here is faster than a call to `set` or `write`. */
const SHORT = 24;

const SPARE_SIZE = 16_384;
// The last writer's buffer, for the next writer: growing a new one to the size of a session costs more than writing it.
let spare: Buffer | undefined;

/** A growing buffer, and the path of the value being written to it. */
export class ByteWriter {
  bytes: Buffer;
  pos = 0;
  /** The steps from the outermost value to the current one. Valid up to `depth`, or to the first undefined step. */
  readonly path: (PathStep | undefined)[] = [];
  depth = 0;

  constructor() {
    this.bytes = spare ?? Buffer.allocUnsafeSlow(SPARE_SIZE);
    // Taken: a codec may write a gob of its own before this writer is done.
    spare = undefined;
  }

  fail(reason: string): never {
    throw new GobError(reason, formatPath(this.path.slice(0, this.depth)));
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    const needed = this.pos + length;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.pos);
    this.bytes = grown;
  }

  /** Writes an unsigned integer up to 2^53 (encode.go, encodeUint). */
  uint(value: number): void {
    this.reserve(9);
    if (value < 0x80) {
      this.bytes[this.pos++] = value;
      return;
    }
    const width = widthOf(value);
    this.bytes[this.pos++] = 256 - width;
    let rest = value;
    for (let at = this.pos + width - 1; at >= this.pos; at--) {
      this.bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.pos += width;
  }

  /** Writes an unsigned integer of up to 64 bits. */
  uint64(value: bigint): void {
    if (value <= 0xffff_ffffn) {
      this.uint(Number(value));
      return;
    }
    this.reserve(9);
    const width = Math.ceil(value.toString(16).length / 2);
    this.bytes[this.pos++] = 256 - width;
    let rest = value;
    for (let at = this.pos + width - 1; at >= this.pos; at--) {
      this.bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    this.pos += width;
  }

  /** Writes a signed integer: doubled, and complemented if it is negative (encode.go, encodeInt). */
  int(value: number | bigint): void {
    if (typeof value === "number" && value >= -(2 ** 51) && value < 2 ** 51) {
      this.uint(value < 0 ? -value * 2 - 1 : value * 2);
      return;
    }
    const big = BigInt(value);
    this.uint64(big < 0n ? (~big << 1n) | 1n : big << 1n);
  }

  /** Writes the bits of a float64 with their bytes reversed, so that short numbers are short (encode.go, floatBits). */
  float(bits: bigint): void {
    this.reserve(9);
    const { bytes } = this;
    // Written in reverse after the place for the width; then the leading zeros are dropped.
    bytes.writeBigUInt64LE(bits, this.pos + 1);
    const start = this.pos + 1;
    let zeros = 0;
    while (zeros < 8 && bytes[start + zeros] === 0) zeros++;
    const last = bytes[start + 7] as number;
    if (zeros === 8 || (zeros === 7 && last < 0x80)) {
      bytes[this.pos++] = last;
      return;
    }
    bytes[this.pos++] = 256 - (8 - zeros);
    bytes.copyWithin(this.pos, start + zeros, start + 8);
    this.pos += 8 - zeros;
  }

  /** Writes bytes as they are, without their length. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    if (length > SHORT) this.bytes.set(bytes, this.pos);
    else for (let i = 0; i < length; i++) this.bytes[this.pos + i] = bytes[i] as number;
    this.pos += length;
  }

  /** Writes a string after its length. @throws GobError for half of a surrogate pair, which would become U+FFFD. */
  text(text: string): void {
    if (text.length <= SHORT && this.#shortAscii(text)) return;
    const length = Buffer.byteLength(text);
    if (length !== text.length && /\p{Surrogate}/u.test(text))
      this.fail("the string contains half of a surrogate pair, which UTF-8 cannot represent");
    this.uint(length);
    this.reserve(length);
    this.pos += this.bytes.write(text, this.pos, length, "utf8");
  }

  #shortAscii(text: string): boolean {
    const { length } = text;
    this.reserve(length + 1);
    const { bytes, pos } = this;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return false;
      bytes[pos + 1 + i] = code;
    }
    bytes[pos] = length;
    this.pos = pos + 1 + length;
    return true;
  }

  /** Leaves one byte for a length, and returns its position for `fillLength`. */
  leaveLength(): number {
    const start = this.pos;
    this.reserve(1);
    this.pos++;
    return start;
  }

  /** Writes the length of everything after `start`. A length of several bytes moves the content to make room. */
  fillLength(start: number): void {
    const length = this.pos - start - 1;
    if (length < 0x80) {
      this.bytes[start] = length;
      return;
    }
    const width = widthOf(length);
    this.reserve(width);
    this.bytes.copyWithin(start + 1 + width, start + 1, this.pos);
    const end = this.pos + width;
    this.pos = start;
    this.uint(length);
    this.pos = end;
  }

  /** Copies the bytes written, and gives the buffer back. The writer cannot be used afterwards. */
  takeBytes(): Buffer {
    const written = Buffer.from(this.bytes.subarray(0, this.pos));
    if (this.bytes.length === SPARE_SIZE) spare = this.bytes;
    return written;
  }
}

function widthOf(value: number): number {
  let width = 1;
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256)) width++;
  return width;
}
