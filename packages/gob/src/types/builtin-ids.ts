// The type ids that gob needs no definition for: encoding/gob/type.go, tBool to tInterface.
import {
  type GoType,
  goBool,
  goBytes,
  goComplex128,
  goFloat64,
  goInt,
  goInterface,
  goString,
  goUint,
} from "./go-type.ts";

export const INTERFACE_ID = 8;

/** By id: the name for messages, and the widest Go type of it. Gob does not send the width of a number. */
const BUILTINS: readonly (readonly [name: string, type: GoType] | undefined)[] = [
  undefined,
  ["bool", goBool],
  ["int", goInt],
  ["uint", goUint],
  ["float", goFloat64],
  ["bytes", goBytes],
  ["string", goString],
  ["complex", goComplex128],
  ["interface", goInterface],
];

/** The id that values of this kind are sent under; 0 for a kind that needs a definition. */
export function builtinId(kind: GoType["kind"]): number {
  switch (kind) {
    case "bool":
      return 1;
    case "int":
    case "int8":
    case "int16":
    case "int32":
    case "int64":
      return 2;
    case "uint":
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
    case "uintptr":
      return 3;
    case "float32":
    case "float64":
      return 4;
    case "bytes":
      return 5;
    case "string":
      return 6;
    case "complex64":
    case "complex128":
      return 7;
    case "interface":
      return INTERFACE_ID;
    default:
      return 0;
  }
}

/** The type that a value of this id can always be read as; undefined for an id that needs a definition. */
export function builtinType(id: number): GoType | undefined {
  return BUILTINS[id]?.[1];
}

export function builtinName(id: number): string | undefined {
  return BUILTINS[id]?.[0];
}
