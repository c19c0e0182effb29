// Writes values that contain no others: booleans, numbers, strings, bytes, and those of types that encode themselves.
import {
  type BytesType,
  type ComplexType,
  type FloatKind,
  type OpaqueType,
  type ScalarType,
  goTimeType,
} from "../types/go-type.ts";
import { fitsFloat32, fitsInteger, isUnsigned } from "../types/number-ranges.ts";
import { encodeTime } from "../values/go-time.ts";
import { Complex } from "../values/go-values.ts";
import { GO_NAN, GO_NAN32, bytesToBits, floatBits } from "../wire/float-bits.ts";
import type { Encoder } from "./encoder.ts";

/** Describes a value for a message without any of its data. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "number":
      if (Number.isInteger(value)) return "an integer out of range";
      return Number.isNaN(value) ? "NaN" : "a fraction or infinity";
    case "bigint":
      return "a BigInt out of range";
    case "object": {
      if (value === null) return "null";
      const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
      const name = prototype?.constructor?.name;
      return typeof name === "string" && name ? `an instance of ${name}` : "an object";
    }
    default:
      return `a ${typeof value}`;
  }
}

export function encodeScalar(encoder: Encoder, type: ScalarType, value: unknown): void {
  switch (type.kind) {
    case "bool":
      if (typeof value !== "boolean") encoder.fail(`expected ${type.text}, got ${describe(value)}`);
      encoder.uint(value ? 1 : 0);
      return;
    case "string":
      encodeString(encoder, type, value);
      return;
    case "float32":
    case "float64":
      encoder.float(bitsOf(encoder, type.text, type.kind, value));
      return;
    default:
      if (!fitsInteger(type.kind, value))
        encoder.fail(`expected ${type.text}, got ${describe(value)}`);
      if (!isUnsigned(type.kind)) encoder.int(value);
      else if (typeof value === "number") encoder.uint(value);
      else encoder.uint64(value);
  }
}

function encodeString(encoder: Encoder, type: ScalarType, value: unknown): void {
  if (value instanceof Uint8Array) {
    encoder.uint(value.length);
    encoder.raw(value);
    return;
  }
  if (typeof value !== "string") encoder.fail(`expected ${type.text}, got ${describe(value)}`);
  encoder.text(value);
}

function bitsOf(encoder: Encoder, name: string, kind: FloatKind, value: unknown): bigint {
  if (value instanceof Uint8Array && value.length === 8) return bytesToBits(value);
  if (typeof value !== "number") encoder.fail(`expected ${name}, got ${describe(value)}`);
  if (kind === "float64") return floatBits(value);
  if (!fitsFloat32(value)) encoder.fail(`expected ${name}, got a number out of range`);
  const rounded = floatBits(Math.fround(value));
  return rounded === GO_NAN ? GO_NAN32 : rounded;
}

export function encodeComplex(encoder: Encoder, type: ComplexType, value: unknown): void {
  if (!(value instanceof Complex)) encoder.fail(`expected ${type.text}, got ${describe(value)}`);
  const isSmall = type.kind === "complex64";
  const parts = [value.re, value.im];
  for (const [index, bits] of value.bits.entries()) {
    const part = parts[index] as number;
    // A NaN keeps its bits; any other part is rounded as by Go's complex64().
    const rounds = isSmall && !Number.isNaN(part);
    encoder.float(rounds ? bitsOf(encoder, type.text, "float32", part) : bits);
  }
}

export function encodeBytes(encoder: Encoder, type: BytesType, value: unknown): void {
  if (value === null || value === undefined) {
    encoder.uint(0);
    return;
  }
  if (!(value instanceof Uint8Array)) encoder.fail(`expected ${type.text}, got ${describe(value)}`);
  encoder.uint(value.length);
  encoder.raw(value);
}

/** Writes a value of a type that encodes itself: the result of its codec, or the value if it is the bytes. */
export function encodeOpaque(encoder: Encoder, type: OpaqueType, value: unknown): void {
  const bytes = opaqueBytes(encoder, type, value);
  encoder.uint(bytes.length);
  encoder.raw(bytes);
}

function opaqueBytes(encoder: Encoder, type: OpaqueType, value: unknown): Uint8Array {
  try {
    if (type === goTimeType && value instanceof Date) return encodeTime(value);
    if (type.codec) return type.codec.encode(value);
  } catch (error) {
    return encoder.fail(`${type.text}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (type !== goTimeType && value instanceof Uint8Array) return value;
  const expected = type === goTimeType ? "a Date" : "a Uint8Array";
  return encoder.fail(`expected ${expected} for ${type.text}, got ${describe(value)}`);
}
