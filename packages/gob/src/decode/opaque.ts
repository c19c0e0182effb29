// Reads the values of types that write themselves: time.Time, and those with a codec.
import { takeBytes } from "./scalar.ts";
import type { Decoder } from "./decoder.ts";
import { remember } from "../values/type-memory.ts";
import { decodeTime } from "../values/go-time.ts";
import { type OpaqueType, goTimeType } from "../types/go-type.ts";

/** What the type's codec makes of its bytes; without one, the bytes. */
export function decodeOpaque(d: Decoder, type: OpaqueType): unknown {
  const at = d.pos;
  const length = d.length(`a ${type.text}`);
  if (type === goTimeType) {
    const start = d.pos;
    d.pos += length;
    return read(d, type, at, () => decodeTime(d.bytes, start, length));
  }
  const bytes = takeBytes(d, length);
  const { codec } = type;
  const value = codec ? read(d, type, at, () => codec.decode(bytes)) : bytes;
  if (value === null || value === undefined) d.fail(`${type.text}: its codec gave no value`, at);
  if (typeof value === "object") remember(value, type);
  return value;
}

function read<Value>(d: Decoder, type: OpaqueType, at: number, decode: () => Value): Value {
  try {
    return decode();
  } catch (error) {
    return d.fail(`${type.text}: ${error instanceof Error ? error.message : String(error)}`, at);
  }
}
