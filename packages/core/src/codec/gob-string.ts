// The content of a Go session cookie: one string as a gob message.
import { isUtf8 } from "node:buffer";

/** Gob's type id of a string is 6 (encoding/gob/type.go, `tString`); a signed integer travels doubled. */
const STRING_TYPE = 12;
/** Outside of a struct, a string has a field delta of zero before it (`encodeSingle`). */
const SINGLETON_DELTA = 0;

/** Encodes as `gob.NewEncoder(w).Encode(string)`: "ABC" is `06 0c 00 03 41 42 43`. */
export function encodeGobString(utf8: Uint8Array): Buffer {
  const length = encodeUint(utf8.length);
  const size = encodeUint(2 + length.length + utf8.length);
  return Buffer.concat([Uint8Array.from([...size, STRING_TYPE, SINGLETON_DELTA, ...length]), utf8]);
}

/**
 * Decodes as `gob.NewDecoder(r).Decode(&string)`: integers may be longer than necessary, and bytes after the string are ignored.
 * Undefined for anything else, and for a string that is not UTF-8: as JavaScript strings, two different ids could become equal.
 */
export function decodeGobString(bytes: Buffer): string | undefined {
  const size = readUint(bytes, 0);
  if (size === undefined || size.value > bytes.length - size.end) return undefined;
  const end = size.end + size.value;

  const type = readUint(bytes, size.end);
  if (type?.value !== STRING_TYPE) return undefined;
  const delta = readUint(bytes, type.end);
  if (delta?.value !== SINGLETON_DELTA) return undefined;
  const length = readUint(bytes, delta.end);
  // Also refuses an integer that reached beyond the message: then the rest is negative.
  if (length === undefined || length.value > end - length.end) return undefined;

  const text = bytes.subarray(length.end, length.end + length.value);
  return isUtf8(text) ? text.toString("utf8") : undefined;
}

/** Gob's unsigned integer: up to 127 one byte; above, the negated number of big-endian bytes, then these bytes. */
function encodeUint(value: number): number[] {
  if (value <= 0x7f) return [value];
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [256 - bytes.length, ...bytes];
}

/** Reads the integer at `start`. Above 2^53 it is inexact, but still larger than any input. */
function readUint(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  const first = bytes[start];
  if (first === undefined) return undefined;
  if (first <= 0x7f) return { value: first, end: start + 1 };
  const end = start + 1 + (256 - first);
  // decodeUintReader: "gob: encoded unsigned integer out of range" above eight bytes.
  if (end - start > 9 || end > bytes.length) return undefined;
  let value = 0;
  for (let index = start + 1; index < end; index++) value = value * 256 + bytes.readUInt8(index);
  return { value, end };
}
