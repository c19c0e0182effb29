// The two interface values that sessions are made of, read at one go: short strings and small ints.
import type { Decoder } from "./decoder.ts";

// `06 "string" 0c`, length, `00`, length; `03 "int" 04 02 00`. What is not exactly this, to the length, takes the long way: this
// only saves the calls, for most values of most sessions.
const [s, t, r, i, n, g] = Buffer.from("string");
const STRING_HEAD = 11;
const INT_HEAD = 7;

/** A string of up to 124 bytes; undefined, and the position unchanged, where something else is there. */
export function shortString(d: Decoder): string | undefined {
  const { bytes, pos } = d;
  if (bytes[pos] !== 6 || bytes[pos + 1] !== s || bytes[pos + 2] !== t || bytes[pos + 3] !== r)
    return undefined;
  if (bytes[pos + 4] !== i || bytes[pos + 5] !== n || bytes[pos + 6] !== g || bytes[pos + 7] !== 12)
    return undefined;
  const length = bytes[pos + 10] as number;
  if (bytes[pos + 8] !== length + 2 || length > 124 || bytes[pos + 9] !== 0) return undefined;
  if (pos + STRING_HEAD + length > d.end) return undefined;
  d.pos = pos + STRING_HEAD;
  const text = d.text(length);
  if (text === undefined) d.pos = pos;
  return text;
}

/** An int from -64 to 63; undefined, and the position unchanged, where something else is there. */
export function shortInt(d: Decoder): number | undefined {
  const { bytes, pos } = d;
  if (bytes[pos] !== 3 || bytes[pos + 1] !== i || bytes[pos + 2] !== n || bytes[pos + 3] !== t)
    return undefined;
  if (bytes[pos + 4] !== 4 || bytes[pos + 5] !== 2 || bytes[pos + 6] !== 0) return undefined;
  const doubled = bytes[pos + INT_HEAD] as number;
  if (doubled >= 0x80 || pos + INT_HEAD >= d.end) return undefined;
  d.pos = pos + INT_HEAD + 1;
  return doubled & 1 ? ~(doubled >> 1) : doubled >> 1;
}
