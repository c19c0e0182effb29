// Gob's primitives, read straight from the bytes: unsigned and signed integers, floats, strings.
import { isUtf8 } from "node:buffer";
import { cacheKey, cachedKey } from "./key-cache.ts";
import { GobError, type PathStep, formatPath } from "../errors.ts";

/** Go's Float64bits order is not the wire's: the wire has the bytes reversed, so a short number is a short float. */
const scratch = new DataView(new ArrayBuffer(8));
/** Strings up to here are put together here: a call into the runtime costs more, and the engine makes no ropes yet. */
const SHORT = 12;

/** A position in bytes, and the path of the value that is being read there. */
export class ByteReader {
  readonly bytes: Buffer;
  pos = 0;
  /** Where the present message ends: no value reaches over it. */
  end: number;
  /** The steps from the outermost value to the present one; valid up to `depth`, or the first undefined. */
  readonly path: (PathStep | undefined)[] = [];
  depth = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  fail(reason: string, offset: number = this.pos): never {
    throw new GobError(reason, formatPath(this.path.slice(0, this.depth)), offset);
  }

  /** A length, count or delta. Above 2^53 it is rounded: no such length is right. */
  uint(): number {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    return first < 0x80 ? first : this.#longUint(this.#width(first));
  }

  /** A signed integer: a number where it is exact, else a BigInt. */
  int(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    // decoder.go, toInt: the lowest bit says whether the others are complemented.
    if (first < 0x80) return first & 1 ? ~(first >> 1) : first >> 1;
    const width = this.#width(first);
    if (width <= 6) {
      const doubled = this.#longUint(width);
      return doubled % 2 === 1 ? -(doubled + 1) / 2 : doubled / 2;
    }
    const doubled = this.#bigUint(width);
    return numberIfExact(doubled & 1n ? ~(doubled >> 1n) : doubled >> 1n);
  }

  /** An unsigned integer: a number where it is exact, else a BigInt. */
  uintValue(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    if (first < 0x80) return first;
    const width = this.#width(first);
    return width <= 6 ? this.#longUint(width) : numberIfExact(this.#bigUint(width));
  }

  /** A float; a NaN as its bits, which a number does not keep. */
  float(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where a float was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    scratch.setFloat64(0, 0);
    if (first < 0x80) scratch.setUint8(7, first);
    else {
      const width = this.#width(first);
      for (let i = 8 - width; i < 8; i++) scratch.setUint8(i, bytes[this.pos++] as number);
    }
    const value = scratch.getFloat64(0, true);
    return value === value ? value : scratch.getBigUint64(0, true);
  }

  /** A string's or byte slice's length, which has to lie in this message. */
  length(what: string): number {
    const at = this.pos;
    const length = this.uint();
    if (length > this.end - this.pos)
      this.fail(`${what} of ${length} bytes, but ${this.end - this.pos} are left`, at);
    return length;
  }

  /** A string; undefined, and the position unchanged, where its bytes are no UTF-8. */
  text(length: number): string | undefined {
    const { bytes, pos } = this;
    const end = pos + length;
    if (length <= SHORT) {
      let text = "";
      let at = pos;
      for (; at < end; at++) {
        const byte = bytes[at] as number;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (at === end) {
        this.pos = end;
        return text;
      }
    }
    const text = bytes.toString("utf8", pos, end);
    // The replacement character is what a decoder leaves of bytes it cannot read; it may also just be there.
    if (text.includes("\uFFFD") && !isUtf8(bytes.subarray(pos, end))) return undefined;
    this.pos = end;
    return text;
  }

  /** As `text`, for the keys of maps. */
  keyText(length: number): string | undefined {
    const { bytes, pos } = this;
    const cached = cachedKey(bytes, pos, length);
    if (cached !== undefined) {
      this.pos = pos + length;
      return cached;
    }
    const text = this.text(length);
    if (text !== undefined) cacheKey(text, bytes, pos, length);
    return text;
  }

  #width(first: number): number {
    const width = 256 - first;
    if (width > 8) this.fail("an integer of more than 8 bytes", this.pos - 1);
    if (width > this.end - this.pos)
      this.fail(`an integer of ${width} bytes, but ${this.end - this.pos} are left`, this.pos - 1);
    return width;
  }

  #longUint(width: number): number {
    let value = 0;
    for (let i = 0; i < width; i++) value = value * 256 + (this.bytes[this.pos++] as number);
    return value;
  }

  #bigUint(width: number): bigint {
    scratch.setFloat64(0, 0);
    for (let i = 8 - width; i < 8; i++) scratch.setUint8(i, this.bytes[this.pos++] as number);
    return scratch.getBigUint64(0);
  }
}

function numberIfExact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
