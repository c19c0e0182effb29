// Reads the most common interface values without a look-up of their types: nil, strings, ints, booleans, floats.
import { goFloat64, goInt } from "../types/go-type.ts";
import type { Decoder } from "./decoder.ts";

// Name and type id as Go writes them: these types need no definition. The first byte, the name's length, distinguishes them.
const STRING = Buffer.from("\x06string\x0c", "latin1");
const INT = Buffer.from("\x03int\x04", "latin1");
const BOOL = Buffer.from("\x04bool\x02", "latin1");
const FLOAT = Buffer.from("\x07float64\x08", "latin1");
/** Up to this length, a string and the value around it have a length of one byte each. */
const SHORT = 124;

/** Returns undefined and stays where it is if the value is of another type, or written in an unusual way. */
export function decodeCommon(decoder: Decoder): unknown {
  if (decoder.pos >= decoder.end) return undefined;
  switch (decoder.bytes[decoder.pos]) {
    case 0:
      decoder.pos++;
      return null;
    case 6:
      return startsWith(decoder, STRING) ? decodeShortString(decoder) : undefined;
    case 3:
      return startsWith(decoder, INT) ? decodeInt(decoder) : undefined;
    case 4:
      return startsWith(decoder, BOOL) ? decodeBool(decoder) : undefined;
    case 7:
      return startsWith(decoder, FLOAT) ? decodeFloat(decoder) : undefined;
    default:
      return undefined;
  }
}

// The first byte has been compared already.
function startsWith(decoder: Decoder, head: Uint8Array): boolean {
  const { bytes, pos } = decoder;
  for (let i = 1; i < head.length; i++) {
    if (bytes[pos + i] !== head[i]) return false;
  }
  return pos + head.length <= decoder.end;
}

function decodeShortString(decoder: Decoder): string | undefined {
  const { bytes, pos } = decoder;
  const start = pos + STRING.length + 3;
  const length = bytes[start - 1] as number;
  if (length > SHORT || bytes[start - 3] !== length + 2 || bytes[start - 2] !== 0) return undefined;
  if (start + length > decoder.end) return undefined;
  decoder.pos = start;
  const text = decoder.text(length);
  if (text === undefined) decoder.pos = pos;
  return text;
}

function decodeInt(decoder: Decoder): number | bigint {
  decoder.pos += INT.length;
  const outer = decoder.beginInterface();
  decoder.zeroBeforeValue();
  const value = decoder.int();
  decoder.endInterface(outer);
  if (typeof value === "bigint") decoder.typeToKeep = goInt;
  return value;
}

function decodeBool(decoder: Decoder): boolean {
  decoder.pos += BOOL.length;
  const outer = decoder.beginInterface();
  decoder.zeroBeforeValue();
  const value = decoder.uint() !== 0;
  decoder.endInterface(outer);
  return value;
}

function decodeFloat(decoder: Decoder): number | undefined {
  const { pos } = decoder;
  decoder.pos += FLOAT.length;
  const outer = decoder.beginInterface();
  decoder.zeroBeforeValue();
  const value = decoder.float();
  decoder.endInterface(outer);
  if (typeof value === "number") {
    decoder.typeToKeep = goFloat64;
    return value;
  }
  decoder.pos = pos;
  return undefined;
}
