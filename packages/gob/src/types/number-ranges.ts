// Which integers each of Go's integer kinds holds.
import type { IntKind, UintKind } from "./go-type.ts";

export type IntegerKind = IntKind | UintKind;

// `int`, `uint` and `uintptr` are 64 bits wide on every platform that Go's own gobs commonly come from.
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

/** Whether `value` is an integer that `kind` holds. A number beyond 2^53 is not: it may not be the integer that was meant. */
export function holdsInteger(kind: IntegerKind, value: unknown): value is number | bigint {
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

/** Whether Go takes a float for a float32: it may lose digits, but not its size (decode.go, float32FromBits). */
export function holdsFloat32(value: number): boolean {
  return !(Math.abs(value) > LARGEST_FLOAT32) || !Number.isFinite(value);
}
