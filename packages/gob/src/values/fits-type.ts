// Checks whether a value can be of a Go type. A key keeps its type only if the new value fits.
import { type GoType, type StructType, goTimeType } from "../types/go-type.ts";
import { fitsFloat32, fitsInteger } from "../types/number-ranges.ts";
import { Complex, GoValue } from "./go-values.ts";
import { isPlainObject } from "./plain-object.ts";

/** A value nested deeper does not fit. The limit also ends a cycle. */
const MAX_DEPTH = 100;

/** True if `value` can be written as `type`. The content of an interface is not checked: it has a type of its own. */
export function fitsType(type: GoType, value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const fitsInner = (inner: GoType, each: unknown): boolean =>
    each instanceof GoValue || fitsType(inner, each, depth + 1);
  switch (type.kind) {
    case "interface":
      return true;
    case "pointer":
      return value === null || fitsInner(type.elem, value);
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "float64":
      return typeof value === "number";
    case "float32":
      return typeof value === "number" && fitsFloat32(value);
    case "complex64":
    case "complex128":
      return value instanceof Complex;
    case "bytes":
      return value instanceof Uint8Array;
    case "slice":
      return Array.isArray(value) && value.every((each) => fitsInner(type.elem, each));
    case "array":
      if (type.elem.kind === "uint8" && value instanceof Uint8Array)
        return value.length === type.length;
      return (
        Array.isArray(value) &&
        value.length === type.length &&
        value.every((each) => fitsInner(type.elem, each))
      );
    case "map":
      if (value instanceof Map)
        return [...value].every(
          ([key, each]) => fitsInner(type.key, key) && fitsInner(type.elem, each),
        );
      return (
        type.key.kind === "string" &&
        isPlainObject(value) &&
        Object.values(value as object).every((each) => fitsInner(type.elem, each))
      );
    case "struct":
      return fitsStruct(type, value, fitsInner);
    case "opaque":
      return type === goTimeType
        ? value instanceof Date
        : type.codec !== undefined || value instanceof Uint8Array;
    default:
      return fitsInteger(type.kind, value);
  }
}

function fitsStruct(
  type: StructType,
  value: unknown,
  fitsInner: (type: GoType, value: unknown) => boolean,
): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!isPlainObject(value) && Object.getPrototypeOf(value) !== type.prototype) return false;
  const fields = new Map(type.fields.map((field) => [field.name, field.type]));
  return Object.entries(value).every(([name, each]) => {
    const field = fields.get(name);
    return field !== undefined && (each === null || each === undefined || fitsInner(field, each));
  });
}
