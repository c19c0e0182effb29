// The one gob message that a Go session cookie holds: a string.
import { isUtf8 } from "node:buffer";

/** Gob's type id of a string is 6 (encoding/gob/type.go, `tString`); a signed integer travels doubled. */
const STRING_TYPE = 12;
/** A string outside of a struct has a field delta of zero in front (`encodeSingle`). */
const SINGLETON_DELTA = 0;

/** Encodes as `gob.NewEncoder(w).Encode(string)`: "ABC" is `06 0c 00 03 41 42 43`. */
export function encodeGobString(utf8: Uint8Array): Buffer {
  const length = encodeUint(utf8.length);
  const size = encodeUint(2 + length.length + utf8.length);
  return Buffer.concat([Uint8Array.from([...size, STRING_TYPE, SINGLETON_DELTA, ...length]), utf8]);
}

/**
 * Decodes as `gob.NewDecoder(r).Decode(&string)`: integers may be longer than they need to be, and what follows the string is
 * not looked at. `undefined` for anything else, and for bytes that are not UTF-8: put into a JavaScript string, two
 * different ids would become one.
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
  // Also where one of the integers reached out of the message: then less than nothing is left for the string.
  if (length === undefined || length.value > end - length.end) return undefined;

  const text = bytes.subarray(length.end, length.end + length.value);
  return isUtf8(text) ? text.toString("utf8") : undefined;
}

/** Gob's unsigned integer: itself up to 127, else the negated count of big-endian bytes and these bytes. */
function encodeUint(value: number): number[] {
  if (value <= 0x7f) return [value];
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [256 - bytes.length, ...bytes];
}

/** Reads the integer at `start`; one over 2^53 comes out inexact, but still larger than any input. */
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
