// Which values Go leaves out of a struct: encoding/gob/encode.go's ops with sendZero off.
import { type GoType, goTimeType } from "../types/go-type.ts";
import { isZeroTime } from "./go-time.ts";
import { Complex, GoValue } from "./go-values.ts";

/**
 * Whether a struct's field is left out. Structs never are, nor arrays: null stands for the zero ones there. Whatever is not of the
 * type is no zero, and refused when it is written.
 */
export function isZeroField(type: GoType, field: unknown): boolean {
  const value = field instanceof GoValue && type.kind !== "interface" ? field.value : field;
  if (value === null || value === undefined) return type.kind !== "struct" && type.kind !== "array";
  switch (type.kind) {
    case "bool":
      return value === false;
    case "string":
      return value === "" || (value instanceof Uint8Array && value.length === 0);
    case "complex64":
    case "complex128":
      return value instanceof Complex && value.re === 0 && value.im === 0;
    case "bytes":
    case "slice":
      return ((value as { length?: unknown }).length ?? 1) === 0;
    case "pointer":
      // Go looks through the pointer, but not at what a type that writes itself writes.
      return (
        type.elem.kind !== "opaque" &&
        type.elem.kind !== "struct" &&
        type.elem.kind !== "array" &&
        isZeroField(type.elem, value)
      );
    case "opaque":
      return (
        type === goTimeType &&
        value instanceof Date &&
        !Number.isNaN(value.getTime()) &&
        isZeroTime(value)
      );
    case "array":
    case "struct":
    case "map":
    case "interface":
      return false;
    default:
      return value === 0 || value === 0n;
  }
}
