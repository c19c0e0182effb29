// Whether a value could be of a Go type: what a key that gets a new value keeps its type by.
import { type GoType, type StructType, goTimeType } from "../types/go-type.ts";
import { Complex, GoValue } from "./go-values.ts";
import { holdsFloat32, holdsInteger } from "../types/number-ranges.ts";

/** Deeper than this nobody replaces a value whole; it also ends a cycle. */
const MAX_DEPTH = 100;

/** Whether `value` can be written as `type`. What is inside an interface is not looked at: it has a type of its own. */
export function holds(type: GoType, value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  const inside = (inner: GoType, each: unknown): boolean =>
    each instanceof GoValue || holds(inner, each, depth + 1);
  switch (type.kind) {
    case "interface":
      return true;
    case "pointer":
      return value === null || inside(type.elem, value);
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "float64":
      return typeof value === "number";
    case "float32":
      return typeof value === "number" && holdsFloat32(value);
    case "complex64":
    case "complex128":
      return value instanceof Complex;
    case "bytes":
      return value instanceof Uint8Array;
    case "slice":
      return Array.isArray(value) && value.every((each) => inside(type.elem, each));
    case "array":
      if (type.elem.kind === "uint8" && value instanceof Uint8Array)
        return value.length === type.length;
      return (
        Array.isArray(value) &&
        value.length === type.length &&
        value.every((each) => inside(type.elem, each))
      );
    case "map":
      if (value instanceof Map)
        return [...value].every(([key, each]) => inside(type.key, key) && inside(type.elem, each));
      return (
        type.key.kind === "string" &&
        isPlain(value) &&
        Object.values(value as object).every((each) => inside(type.elem, each))
      );
    case "struct":
      return isStruct(type, value, inside);
    case "opaque":
      return type === goTimeType
        ? value instanceof Date
        : type.codec !== undefined || value instanceof Uint8Array;
    default:
      return holdsInteger(type.kind, value);
  }
}

function isStruct(
  type: StructType,
  value: unknown,
  inside: (type: GoType, value: unknown) => boolean,
): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (!isPlain(value) && Object.getPrototypeOf(value) !== type.prototype) return false;
  const fields = new Map(type.fields.map((field) => [field.name, field.type]));
  return Object.entries(value).every(([name, each]) => {
    const field = fields.get(name);
    return field !== undefined && (each === null || each === undefined || inside(field, each));
  });
}

/** An object that is nothing but its properties. One of another realm has another Object.prototype. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.getPrototypeOf(prototype) === null
  );
}
