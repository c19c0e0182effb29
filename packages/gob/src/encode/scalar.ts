// Writes the values that hold no others: booleans, numbers, strings, bytes.
import type { Encoder } from "./encoder.ts";
import { GO_NAN, GO_NAN32, bytesToBits, floatBits } from "../wire/float-bits.ts";
import type { ComplexType, FloatKind, ScalarType } from "../types/go-type.ts";
import { Complex } from "../values/go-values.ts";
import { holdsFloat32, holdsInteger, isUnsigned } from "../types/number-ranges.ts";

/** A value in words that give nothing of it away. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value)
        ? "an integer beyond its range"
        : Number.isNaN(value)
          ? "NaN"
          : "a fraction or infinity";
    case "bigint":
      return "a BigInt beyond its range";
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

export function encodeScalar(e: Encoder, type: ScalarType, value: unknown): void {
  switch (type.kind) {
    case "bool":
      if (typeof value !== "boolean") e.fail(`expected ${type.text}, got ${describe(value)}`);
      e.uint(value ? 1 : 0);
      return;
    case "string":
      encodeString(e, type, value);
      return;
    case "float32":
    case "float64":
      e.float(bitsOf(e, type.text, type.kind, value));
      return;
    default:
      if (!holdsInteger(type.kind, value)) e.fail(`expected ${type.text}, got ${describe(value)}`);
      if (!isUnsigned(type.kind)) e.int(value);
      else if (typeof value === "number") e.uint(value);
      else e.bigUint(value);
  }
}

function encodeString(e: Encoder, type: ScalarType, value: unknown): void {
  if (value instanceof Uint8Array) {
    e.uint(value.length);
    e.raw(value);
    return;
  }
  if (typeof value !== "string") e.fail(`expected ${type.text}, got ${describe(value)}`);
  e.wholeText(value);
}

function bitsOf(e: Encoder, name: string, kind: FloatKind, value: unknown): bigint {
  if (value instanceof Uint8Array && value.length === 8) return bytesToBits(value);
  if (typeof value !== "number") e.fail(`expected ${name}, got ${describe(value)}`);
  if (kind === "float64") return floatBits(value);
  if (!holdsFloat32(value)) e.fail(`expected ${name}, got a number beyond its range`);
  const rounded = floatBits(Math.fround(value));
  return rounded === GO_NAN ? GO_NAN32 : rounded;
}

export function encodeComplex(e: Encoder, type: ComplexType, value: unknown): void {
  if (!(value instanceof Complex)) e.fail(`expected ${type.text}, got ${describe(value)}`);
  const small = type.kind === "complex64";
  const parts = [value.re, value.im];
  for (const [index, bits] of value.bits.entries()) {
    const part = parts[index] as number;
    // A NaN has its bits by itself; the rest is rounded, as Go's complex64() does.
    e.float(small && !Number.isNaN(part) ? bitsOf(e, type.text, "float32", part) : bits);
  }
}
