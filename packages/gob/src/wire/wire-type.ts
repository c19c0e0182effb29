// Reads and writes type definitions as gob sends them: encoding/gob/type.go, wireType.
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** The definition of one type. Types inside it are given by their ids. */
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

export interface WireField {
  readonly name: string;
  readonly id: number;
}

/** type.go: ids below this one are gob's own. */
export const FIRST_USER_ID = 64;
/** type.go: a typeId is an int32. */
export const LAST_ID: number = 2 ** 31 - 1;

/** The fields of wireType, in type.go's order; their numbers begin at 1. */
const FORMS = ["array", "slice", "struct", "map", "gob", "binary", "text"] as const;
type Form = (typeof FORMS)[number];
/** How many fields each form has in type.go, the common one (name and id) included. */
const FIELD_COUNTS: Readonly<Record<Form, number>> = {
  array: 3,
  slice: 2,
  struct: 2,
  map: 3,
  gob: 1,
  binary: 1,
  text: 1,
};

/**
 * Reads one wireType: a struct with exactly one field, whose number is the form. Go also accepts a definition that lacks its end
 * at the end of a message. No encoder writes that, so it is an error here.
 */
export function readWireType(reader: ByteReader): WireType {
  const at = reader.pos;
  const form = FORMS[reader.uint() - 1];
  if (!form) reader.fail("a type definition of unknown form", at);
  const wire = readForm(reader, form);
  const end = reader.pos;
  if (reader.uint() !== 0) reader.fail("a type definition of two forms", end);
  return wire;
}

function readForm(reader: ByteReader, form: Form): WireType {
  let name = "";
  let fields: readonly WireField[] = [];
  let first = 0;
  let second = 0;
  const count = FIELD_COUNTS[form];
  for (let field = nextField(reader, -1, count); field >= 0;) {
    if (field === 0) name = readNamedId(reader, "a type's name").name;
    else if (form === "struct") fields = readStructFields(reader);
    else if (field === 1) first = readSmallInt(reader);
    else second = readSmallInt(reader);
    field = nextField(reader, field, count);
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

function readStructFields(reader: ByteReader): WireField[] {
  const count = reader.length("the fields");
  const fields: WireField[] = [];
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const at = reader.pos;
    const field = readNamedId(reader, "a field's name");
    if (field.name === "") reader.fail("a field without a name", at);
    if (names.has(field.name)) reader.fail("two fields of the same name", at);
    names.add(field.name);
    fields.push(field);
  }
  return fields;
}

/** Reads a CommonType or a fieldType, which both have a name and an id. */
function readNamedId(reader: ByteReader, what: string): WireField {
  let name: string | undefined = "";
  let id = 0;
  for (let field = nextField(reader, -1, 2); field >= 0; field = nextField(reader, field, 2)) {
    if (field === 1) id = readSmallInt(reader);
    else {
      const at = reader.pos;
      name = reader.text(reader.length(what));
      if (name === undefined) reader.fail(`${what} is not UTF-8`, at);
    }
  }
  return { name, id };
}

/** Reads the number of the next field, sent as its distance from `last`. Returns -1 after the last field. */
function nextField(reader: ByteReader, last: number, count: number): number {
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

/** Writes one wireType. `id` is the one in its CommonType. Fields that are zero are left out. */
export function writeWireType(writer: ByteWriter, id: number, wire: WireType): void {
  const form = wire.form === "opaque" ? wire.method : wire.form;
  writer.uint(FORMS.indexOf(form) + 1);
  writer.uint(1);
  writeNamedId(writer, wire.name, id);
  switch (wire.form) {
    case "array":
      writeIntField(writer, wire.elem);
      if (wire.length > 0) writeIntField(writer, wire.length);
      break;
    case "slice":
      writeIntField(writer, wire.elem);
      break;
    case "struct":
      if (wire.fields.length > 0) {
        writer.uint(1);
        writer.uint(wire.fields.length);
        for (const field of wire.fields) writeNamedId(writer, field.name, field.id);
      }
      break;
    case "map":
      writeIntField(writer, wire.key);
      writeIntField(writer, wire.elem);
      break;
    default:
  }
  // The ends of the form and of the wireType.
  writer.uint(0);
  writer.uint(0);
}

/** Writes the field after the last one written. */
function writeIntField(writer: ByteWriter, value: number): void {
  writer.uint(1);
  writer.int(value);
}

function writeNamedId(writer: ByteWriter, name: string, id: number): void {
  if (name !== "") {
    writer.uint(1);
    writer.text(name);
  }
  writer.uint(name === "" ? 2 : 1);
  writer.int(id);
  writer.uint(0);
}
