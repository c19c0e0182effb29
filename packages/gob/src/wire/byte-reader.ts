// Reads gob's primitives from bytes: unsigned and signed integers, floats, strings.
import { isUtf8 } from "node:buffer";
import { GobError, type PathStep, formatPath } from "../errors.ts";

const scratch = new DataView(new ArrayBuffer(8));

/** Up to this many bytes, joining characters here is faster than a call to `toString`; V8 makes no ropes up to 12. */
const SHORT_TEXT = 12;

const CACHE_SLOTS = 1024;
const LONGEST_CACHED_KEY = 32;

// Sessions have the same keys again and again. A later key replaces an earlier one in its slot, so the cache cannot grow.
const keyCache: (string | undefined)[] = Array.from({ length: CACHE_SLOTS }, () => undefined);

/** A position in bytes, and the path of the value being read there. */
export class ByteReader {
  readonly bytes: Buffer;
  pos = 0;
  /** The end of the current message. No value crosses it. */
  end: number;
  /** The steps from the outermost value to the current one. Valid up to `depth`, or to the first undefined step. */
  readonly path: (PathStep | undefined)[] = [];
  depth = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  fail(reason: string, offset: number = this.pos): never {
    throw new GobError(reason, formatPath(this.path.slice(0, this.depth)), offset);
  }

  /** Reads a length, count or delta. Values above 2^53 are rounded; they exceed every limit anyway. */
  uint(): number {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    return first < 0x80 ? first : this.#longUint(this.#width(first));
  }

  /** Reads a signed integer: a number if it is exact, otherwise a BigInt. */
  int(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    // decoder.go, toInt: the lowest bit says whether the other bits are complemented.
    if (first < 0x80) return first & 1 ? ~(first >> 1) : first >> 1;
    const width = this.#width(first);
    if (width <= 6) {
      const doubled = this.#longUint(width);
      return doubled % 2 === 1 ? -(doubled + 1) / 2 : doubled / 2;
    }
    const doubled = this.#bigUint(width);
    return numberIfExact(doubled & 1n ? ~(doubled >> 1n) : doubled >> 1n);
  }

  /** Reads an unsigned integer of up to 64 bits: a number if it is exact, otherwise a BigInt. */
  uint64(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where an integer was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    if (first < 0x80) return first;
    const width = this.#width(first);
    return width <= 6 ? this.#longUint(width) : numberIfExact(this.#bigUint(width));
  }

  /** Reads a float. A NaN is returned as its bits, because a number does not keep them. */
  float(): number | bigint {
    const { bytes, pos } = this;
    if (pos >= this.end) this.fail("the bytes end where a float was expected");
    const first = bytes[pos] as number;
    this.pos = pos + 1;
    // Gob reverses the bytes of a float, so that leading zeros are the bytes left out (encode.go, floatBits).
    scratch.setFloat64(0, 0);
    if (first < 0x80) scratch.setUint8(7, first);
    else {
      const width = this.#width(first);
      for (let i = 8 - width; i < 8; i++) scratch.setUint8(i, bytes[this.pos++] as number);
    }
    const value = scratch.getFloat64(0, true);
    return value === value ? value : scratch.getBigUint64(0, true);
  }

  /** Reads the length of `what`, which must end in this message. */
  length(what: string): number {
    const at = this.pos;
    const length = this.uint();
    if (length > this.end - this.pos)
      this.fail(`${what} of ${length} bytes, but ${this.end - this.pos} are left`, at);
    return length;
  }

  /** Reads a string. Returns undefined and stays where it is if the bytes are not UTF-8. */
  text(length: number): string | undefined {
    const { bytes, pos } = this;
    const end = pos + length;
    if (length <= SHORT_TEXT) {
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
    // A replacement character is either in the bytes or stands for bytes that are not UTF-8.
    if (text.includes("\uFFFD") && !isUtf8(bytes.subarray(pos, end))) return undefined;
    this.pos = end;
    return text;
  }

  /** Reads a string as `text` does, through a cache: a cached key saves making the string and hashing it for the property. */
  keyText(length: number): string | undefined {
    if (length === 0 || length > LONGEST_CACHED_KEY) return this.text(length);
    const { bytes, pos } = this;
    const slot = cacheSlot(bytes, pos, length);
    const cached = keyCache[slot];
    if (cached?.length === length && isSameAscii(cached, bytes, pos)) {
      this.pos = pos + length;
      return cached;
    }
    const text = this.text(length);
    // As many characters as bytes: the key is ASCII, which can be compared byte by byte.
    if (text?.length === length) keyCache[slot] = text;
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

// A hash of the bytes in which the keys of one object usually differ; the caller compares the whole key.
function cacheSlot(bytes: Uint8Array, start: number, length: number): number {
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length * 131 + first * 37 + middle * 7 + last) & (CACHE_SLOTS - 1);
}

function isSameAscii(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) !== bytes[start + i]) return false;
  }
  return true;
}
