// Type definitions as they lie on the wire: encoding/gob/type.go's wireType, and the ids that need none.
import type { ByteReader } from "../wire/byte-reader.ts";
import type { GoType } from "./go-type.ts";

/** A definition: the types inside it are ids. */
export type WireType =
  | {
      readonly form: "array";
      readonly name: string;
      readonly elem: number;
      readonly length: number;
    }
  | { readonly form: "slice"; readonly name: string; readonly elem: number }
  | { readonly form: "struct"; readonly name: string; readonly fields: readonly WireField[] }
  | { readonly form: "map"; readonly name: string; readonly key: number; readonly elem: number }
  | { readonly form: "opaque"; readonly name: string; readonly method: "gob" | "binary" | "text" };

interface WireField {
  readonly name: string;
  readonly id: number;
}

/** type.go: ids below this one are gob's own (tBool to tInterface; the rest describe definitions). */
export const FIRST_USER_ID = 64;
/** typeId is an int32. */
export const LAST_ID: number = 2 ** 31 - 1;

export const INTERFACE_ID = 8;

/** The id of a type that needs no definition; 0 for one that does. */
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

const BUILTIN_NAMES = [
  "",
  "bool",
  "int",
  "uint",
  "float",
  "bytes",
  "string",
  "complex",
  "interface",
];

/** A type on the wire, for messages. */
export function describeWire(id: number, wires: ReadonlyMap<number, WireType>): string {
  const wire = wires.get(id);
  if (wire)
    return wire.form === "opaque"
      ? `a type that encodes itself (${wire.method})`
      : `a ${wire.form}`;
  return BUILTIN_NAMES[id] || `type id ${id}, which nothing defined`;
}

const FORMS = ["array", "slice", "struct", "map", "gob", "binary", "text"] as const;
/** How many fields each form has in type.go, the common one (name and id) included. */
const FIELDS = { array: 3, slice: 2, struct: 2, map: 3, gob: 1, binary: 1, text: 1 } as const;

/** A reader that counts what it reads. */
type Reader = ByteReader & { charge(units: number): void };

/**
 * Reads one wireType: a struct of which exactly one field is there, which says the form. Go lets a definition end with its
 * message; no encoder leaves the end out, and here it is an error.
 */
export function readWireType(reader: Reader): WireType {
  const at = reader.pos;
  const form = FORMS[reader.uint() - 1];
  if (!form) reader.fail("a type definition of no known form", at);
  const wire = readForm(reader, form);
  const end = reader.pos;
  if (reader.uint() !== 0) reader.fail("a type definition of two forms", end);
  return wire;
}

// Fields have numbers, and come as the distance from the last one's, until a zero. The first is always the common one.
function readForm(reader: Reader, form: (typeof FORMS)[number]): WireType {
  let name = "";
  let fields: readonly WireField[] = [];
  let first = 0;
  let second = 0;
  for (
    let field = nextField(reader, -1, FIELDS[form]);
    field >= 0;
    field = nextField(reader, field, FIELDS[form])
  ) {
    if (field === 0) name = readNamedId(reader, "a type's name").name;
    else if (form === "struct") fields = readStructFields(reader);
    else if (field === 1) first = readSmallInt(reader);
    else second = readSmallInt(reader);
  }
  switch (form) {
    case "array":
      if (second < 0) reader.fail("an array of negative length");
      return { form, name, elem: first, length: second };
    case "slice":
      return { form, name, elem: first };
    case "struct":
      return { form, name, fields };
    case "map":
      return { form, name, key: first, elem: second };
    default:
      return { form: "opaque", name, method: form };
  }
}

function readStructFields(reader: Reader): WireField[] {
  const count = reader.length("the fields");
  reader.charge(count);
  const fields: WireField[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const at = reader.pos;
    const field = readNamedId(reader, "a field's name");
    if (field.name === "") reader.fail("a field without a name", at);
    if (names.has(field.name)) reader.fail("two fields of one name", at);
    names.add(field.name);
    fields.push(field);
  }
  return fields;
}

/** CommonType and fieldType are both a name and an id. */
function readNamedId(reader: Reader, what: string): WireField {
  let name: string | undefined = "";
  let id = 0;
  for (let field = nextField(reader, -1, 2); field >= 0; field = nextField(reader, field, 2)) {
    if (field === 1) id = readSmallInt(reader);
    else {
      const at = reader.pos;
      name = reader.text(reader.length(what));
      if (name === undefined) reader.fail(`${what} is no UTF-8`, at);
    }
  }
  return { name, id };
}

/** The number of the next field; -1 after the last. */
function nextField(reader: Reader, last: number, count: number): number {
  const at = reader.pos;
  const delta = reader.uint();
  if (delta === 0) return -1;
  if (last + delta >= count) reader.fail("a field that type definitions do not have", at);
  return last + delta;
}

function readSmallInt(reader: ByteReader): number {
  const at = reader.pos;
  const value = reader.int();
  if (typeof value !== "number" || Math.abs(value) > LAST_ID)
    reader.fail("a type id or length out of range", at);
  return value;
}
