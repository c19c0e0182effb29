// The interface values that sessions are made of, read without looking for their types: nil, strings, ints, booleans, floats.
import type { Decoder } from "./decoder.ts";
import { goFloat64, goInt } from "../types/go-type.ts";

// Name and type id, as Go writes them: these types need no definition. The first byte, the name's length, tells them apart.
const STRING = Buffer.from("\x06string\x0c", "latin1");
const INT = Buffer.from("\x03int\x04", "latin1");
const BOOL = Buffer.from("\x04bool\x02", "latin1");
const FLOAT = Buffer.from("\x07float64\x08", "latin1");
/** Up to here a string's length and that of the value around it are one byte each. */
const SHORT = 124;

/** The value; undefined, and the position unchanged, where something else is there or it is not as usual. */
export function usualValue(d: Decoder): unknown {
  if (d.pos >= d.end) return undefined;
  switch (d.bytes[d.pos]) {
    case 0:
      d.pos++;
      return null;
    case 6:
      return begins(d, STRING) ? shortString(d) : undefined;
    case 3:
      return begins(d, INT) ? usualInt(d) : undefined;
    case 4:
      return begins(d, BOOL) ? usualBool(d) : undefined;
    case 7:
      return begins(d, FLOAT) ? usualFloat(d) : undefined;
    default:
      return undefined;
  }
}

function begins(d: Decoder, head: Uint8Array): boolean {
  const { bytes, pos } = d;
  for (let i = 1; i < head.length; i++) {
    if (bytes[pos + i] !== head[i]) return false;
  }
  return pos + head.length <= d.end;
}

function shortString(d: Decoder): string | undefined {
  const { bytes, pos } = d;
  const start = pos + STRING.length + 3;
  const length = bytes[start - 1] as number;
  if (length > SHORT || bytes[start - 3] !== length + 2 || bytes[start - 2] !== 0) return undefined;
  if (start + length > d.end) return undefined;
  d.pos = start;
  const text = d.text(length);
  if (text === undefined) d.pos = pos;
  return text;
}

function usualInt(d: Decoder): number | bigint {
  d.pos += INT.length;
  const outer = d.open();
  d.singleton();
  const value = d.int();
  d.close(outer);
  if (typeof value === "bigint") d.kind = goInt;
  return value;
}

function usualBool(d: Decoder): boolean {
  d.pos += BOOL.length;
  const outer = d.open();
  d.singleton();
  const value = d.uint() !== 0;
  d.close(outer);
  return value;
}

function usualFloat(d: Decoder): number | undefined {
  const { pos } = d;
  d.pos += FLOAT.length;
  const outer = d.open();
  d.singleton();
  const value = d.float();
  d.close(outer);
  if (typeof value === "number") {
    d.kind = goFloat64;
    return value;
  }
  d.pos = pos;
  return undefined;
}
