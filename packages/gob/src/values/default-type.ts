// The Go type that a JavaScript value is written as if nothing else says its type.
import {
  type GoType,
  goAnyMap,
  goBool,
  goBytes,
  goComplex128,
  goFloat64,
  goInt,
  goInt64,
  goInterface,
  goList,
  goString,
  goStringMap,
  goTimeType,
  goUint64,
} from "../types/go-type.ts";
import { fitsInteger } from "../types/number-ranges.ts";
import type { GobRegistry } from "../types/registry.ts";
import { Complex } from "./go-values.ts";
import { isPlainObject } from "./plain-object.ts";

const TYPED_ARRAYS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [Int8Array.prototype, "[]int8"],
  [Int16Array.prototype, "[]int16"],
  [Int32Array.prototype, "[]int32"],
  [BigInt64Array.prototype, "[]int64"],
  [Uint16Array.prototype, "[]uint16"],
  [Uint32Array.prototype, "[]uint32"],
  [BigUint64Array.prototype, "[]uint64"],
  [Float32Array.prototype, "[]float32"],
  [Float64Array.prototype, "[]float64"],
]);

/** Undefined for a value without a Go type, such as a function. */
export function defaultType(value: unknown, registry: GobRegistry): GoType | undefined {
  switch (typeof value) {
    case "string":
      return goString;
    case "number":
      // -0 is an int too: it nearly always comes from integer arithmetic.
      return Number.isSafeInteger(value) ? goInt : goFloat64;
    case "boolean":
      return goBool;
    case "bigint":
      return fitsInteger("int64", value)
        ? goInt64
        : fitsInteger("uint64", value)
          ? goUint64
          : undefined;
    case "object":
      return value === null ? goInterface : defaultObjectType(value, registry);
    default:
      return undefined;
  }
}

function defaultObjectType(value: object, registry: GobRegistry): GoType | undefined {
  if (Array.isArray(value)) return goList;
  if (isPlainObject(value)) return goStringMap;
  if (value instanceof Uint8Array) return goBytes;
  if (value instanceof Date) return goTimeType;
  if (value instanceof Map) return goAnyMap;
  if (value instanceof Complex) return goComplex128;
  const prototype = Object.getPrototypeOf(value) as object;
  const typedArray = TYPED_ARRAYS.get(prototype);
  return typedArray === undefined ? registry.ofClass(prototype) : registry.type(typedArray);
}
