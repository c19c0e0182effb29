// Go's zero values: how they are read where Go left a field out, and which fields are left out when writing.
import { type GoType, goComplex128, goTimeType } from "../types/go-type.ts";
import { isZeroTime, zeroTime } from "./go-time.ts";
import { Complex, GoValue } from "./go-values.ts";
import { setOwn } from "./plain-object.ts";
import { remember } from "./type-memory.ts";

/**
 * Go's zero value. A nil slice is an empty list, because gob does not distinguish them. A nil map, pointer or interface is null, and
 * so is the zero of a type that encodes itself (except time.Time), because its bytes are never sent.
 *
 * @param countValues counts the values made.
 */
export function zeroValue(type: GoType, countValues: (count: number) => void): unknown {
  switch (type.kind) {
    case "bool":
      return false;
    case "string":
      return "";
    case "complex64":
    case "complex128": {
      const zero = new Complex(0, 0);
      if (type !== goComplex128) remember(zero, type);
      return zero;
    }
    case "bytes":
      return new Uint8Array(0);
    case "slice":
      return [];
    case "array":
      countValues(type.length);
      if (type.elem.kind === "uint8") return new Uint8Array(type.length);
      return Array.from({ length: type.length }, () => zeroValue(type.elem, countValues));
    case "struct": {
      countValues(type.fields.length);
      const struct = Object.create(type.prototype ?? Object.prototype) as Record<string, unknown>;
      for (const field of type.fields)
        setOwn(struct, field.name, zeroValue(field.type, countValues));
      remember(struct, type);
      return struct;
    }
    case "opaque":
      return type === goTimeType ? zeroTime() : null;
    case "map":
    case "pointer":
    case "interface":
      return null;
    default:
      return 0;
  }
}

/**
 * True if Go leaves this field out of a struct (encode.go, the ops without sendZero). Structs and arrays are never left out, and null
 * means a zero one. A value of the wrong type is not zero; the encoder refuses it.
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
      // Go checks the value behind a pointer, except for one that is always sent.
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
