// The ranges of Go's integer kinds and of float32.
import type { IntKind, UintKind } from "./go-type.ts";

export type IntegerKind = IntKind | UintKind;

// `int`, `uint` and `uintptr` are 64 bits wide on all common platforms.
const BITS: Readonly<Record<IntegerKind, number>> = {
  int: 64,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
  uintptr: 64,
};

const LARGEST_FLOAT32 = 2 ** 127 * (2 - 2 ** -23);

export function isUnsigned(kind: IntegerKind): kind is UintKind {
  return kind.startsWith("u");
}

/** True if `value` is an integer in the range of `kind`. A number beyond 2^53 is not: it may have been rounded. */
export function fitsInteger(kind: IntegerKind, value: unknown): value is number | bigint {
  const bits = BITS[kind];
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) return false;
    if (isUnsigned(kind)) return value >= 0 && (bits === 64 || value < 2 ** bits);
    return bits === 64 || (value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1));
  }
  if (typeof value !== "bigint") return false;
  return isUnsigned(kind)
    ? BigInt.asUintN(bits, value) === value
    : BigInt.asIntN(bits, value) === value;
}

/** True if Go accepts the number as a float32. Losing digits is allowed, overflow is not (decode.go, float32FromBits). */
export function fitsFloat32(value: number): boolean {
  return !(Math.abs(value) > LARGEST_FLOAT32) || !Number.isFinite(value);
}
