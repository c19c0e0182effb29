// Gob's primitives, written into a buffer that grows: unsigned and signed integers, floats, strings.

/** Strings up to here are written here: a call into the runtime costs more. */
const SHORT = 24;

const SPARE_SIZE = 16_384;
// The buffer of the last writer, for the next one: growing to the size of a session each time costs more than writing it.
let spare: Buffer | undefined;

export class ByteWriter {
  bytes: Buffer;
  pos = 0;

  constructor() {
    this.bytes = spare ?? Buffer.allocUnsafeSlow(SPARE_SIZE);
    // Another writer may come before this one is done: a codec may write a gob of its own.
    spare = undefined;
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    const needed = this.pos + length;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.pos);
    this.bytes = grown;
  }

  /** An unsigned integer up to 2^53 (encode.go, encodeUint). */
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

  /** An unsigned integer of 64 bits. */
  bigUint(value: bigint): void {
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

  /** A signed integer (encode.go, encodeInt): doubled, and complemented where it is negative. */
  int(value: number | bigint): void {
    if (typeof value === "number" && value >= -(2 ** 51) && value < 2 ** 51) {
      this.uint(value < 0 ? -value * 2 - 1 : value * 2);
      return;
    }
    const big = BigInt(value);
    this.bigUint(big < 0n ? (~big << 1n) | 1n : big << 1n);
  }

  /** The bits of a float64: their bytes reversed, so that short numbers are short (encode.go, floatBits). */
  float(bits: bigint): void {
    this.reserve(9);
    const { bytes } = this;
    // Put down in the wire's order behind the place of the width; then leading zeros go.
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

  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    if (length > SHORT) this.bytes.set(bytes, this.pos);
    else for (let i = 0; i < length; i++) this.bytes[this.pos + i] = bytes[i] as number;
    this.pos += length;
  }

  /** A string with its length before it. False, and nothing written, where it holds half of a surrogate pair. */
  text(text: string): boolean {
    if (text.length <= SHORT && this.#shortAscii(text)) return true;
    const length = Buffer.byteLength(text);
    if (length !== text.length && /\p{Surrogate}/u.test(text)) return false;
    this.uint(length);
    this.reserve(length);
    this.pos += this.bytes.write(text, this.pos, length, "utf8");
    return true;
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

  /**
   * Puts a length before what was written since `start`, where one byte was left for it. What a longer length needs is made by
   * moving the content, as Go does by writing it to a buffer of its own first.
   */
  prefixLength(start: number): void {
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

  /** What was written, in bytes of its own. Ends the writer. */
  written(): Buffer {
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
