// Writes the values of types that write themselves: time.Time, and those with a codec.
import { describe } from "./scalar.ts";
import type { Encoder } from "./encoder.ts";
import { encodeTime } from "../values/go-time.ts";
import { type OpaqueType, goTimeType } from "../types/go-type.ts";

/** What the type's codec makes of the value; without one, the value is its bytes. */
export function encodeOpaque(e: Encoder, type: OpaqueType, value: unknown): void {
  const bytes = opaqueBytes(e, type, value);
  e.uint(bytes.length);
  e.raw(bytes);
}

function opaqueBytes(e: Encoder, type: OpaqueType, value: unknown): Uint8Array {
  try {
    if (type === goTimeType && value instanceof Date) return encodeTime(value);
    if (type.codec) return type.codec.encode(value);
  } catch (error) {
    return e.fail(`${type.text}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type !== goTimeType && value instanceof Uint8Array) return value;
  return e.fail(
    `expected ${type === goTimeType ? "a Date" : "a Uint8Array"} for ${type.text}, got ${describe(value)}`,
  );
}
