// The zero values of Go's types, as reading gives them where Go left a field out.
import { type GoType, goComplex128, goTimeType } from "../types/go-type.ts";
import { remember } from "./type-memory.ts";
import { zeroTime } from "./go-time.ts";
import { Complex } from "./go-values.ts";
import { setOwn } from "./set-own.ts";

/**
 * Go's zero value. Nil slices are empty lists, as gob does not tell them apart; nil maps, pointers and interfaces are null, and so is
 * the zero of a type that writes itself (time.Time aside): its bytes never travel.
 *
 * @param charge counts the values made.
 */
export function zeroValue(type: GoType, charge: (units: number) => void): unknown {
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
      charge(type.length);
      if (type.elem.kind === "uint8") return new Uint8Array(type.length);
      return Array.from({ length: type.length }, () => zeroValue(type.elem, charge));
    case "struct": {
      charge(type.fields.length);
      const struct = Object.create(type.prototype ?? Object.prototype) as Record<string, unknown>;
      for (const field of type.fields) setOwn(struct, field.name, zeroValue(field.type, charge));
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
