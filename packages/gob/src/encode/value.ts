// Writes one value of a known type, or as the type that it has or is given.
import { encodeOpaque } from "./opaque.ts";
import { describe, encodeComplex, encodeScalar } from "./scalar.ts";
import { encodeUsual } from "./fast-path.ts";
import type { Encoder } from "./encoder.ts";
import { quote } from "../errors.ts";
import { canonicalType, keptKind, rememberedType } from "../values/type-memory.ts";
import {
  type ArrayType,
  type BytesType,
  type GoType,
  type MapType,
  type SliceType,
  type StructType,
  baseOf,
} from "../types/go-type.ts";
import { GoValue } from "../values/go-values.ts";
import { isPlain } from "../values/fits-type.ts";
import { isZeroField } from "../values/is-zero.ts";
import { zeroValue } from "../values/zero-value.ts";

/** An interface value, of the type that its place or the value itself says. */
export function encodeInterface(e: Encoder, value: unknown, kept?: GoType): void {
  if (value === null || value === undefined) {
    e.uint(0);
    return;
  }
  if (kept === undefined && encodeUsual(e, value)) return;
  const type = kept ?? dynamicType(e, value);
  const content = value instanceof GoValue ? value.value : value;
  const name = e.options.registry.nameOf(type);
  if (name === undefined)
    e.fail(
      `the Go type ${quote(type.text)} is not registered: registry.register(${quote(type.text)}), and gob.Register in Go`,
    );
  if (content === null && type.kind === "pointer")
    e.fail(`a nil ${type.text} inside an interface, which gob cannot carry: use null`);
  e.text(name);
  e.typeId(type);
  const outer = e.open();
  if (baseOf(type).kind !== "struct") e.uint(0);
  encodeValue(e, type, content);
  e.close(outer);
}

/** The type that a value is written as where an interface is. */
export function dynamicType(e: Encoder, value: unknown): GoType {
  const { registry } = e.options;
  if (value instanceof GoValue) return namedType(e, value);
  const type =
    (typeof value === "object" && value !== null && rememberedType(value)) ||
    canonicalType(value, registry);
  if (type) return type;
  const what = describe(value);
  return e.fail(
    typeof value === "object"
      ? `${what}: register its class (defineStruct(name, fields, { class })), or store a plain object`
      : `${what} has no Go type`,
  );
}

function namedType(e: Encoder, { type }: GoValue): GoType {
  if (typeof type !== "string") return type;
  try {
    return e.options.registry.type(type);
  } catch (error) {
    return e.fail(error instanceof Error ? error.message : String(error));
  }
}

/** A value of `type`. @throws GobError with its path where it is none. */
export function encodeValue(e: Encoder, type: GoType, given: unknown): void {
  const value =
    given instanceof GoValue && type.kind !== "interface" ? unwrap(e, type, given) : given;
  switch (type.kind) {
    case "interface":
      encodeInterface(e, value);
      return;
    case "slice":
    case "array":
      encodeList(e, type, value);
      return;
    case "map":
      if (value === null || value === undefined) e.uint(0);
      else if (value instanceof Map) encodePairs(e, type, value);
      else encodeProperties(e, type, value);
      return;
    case "struct":
      encodeStruct(e, type, value);
      return;
    case "pointer":
      if (value === null || value === undefined)
        e.fail(`a nil ${type.text} in a list or map, which gob cannot carry`);
      encodeValue(e, type.elem, value);
      return;
    case "bytes":
      encodeBytes(e, type, value);
      return;
    case "opaque":
      encodeOpaque(e, type, value);
      return;
    case "complex64":
    case "complex128":
      encodeComplex(e, type, value);
      return;
    default:
      encodeScalar(e, type, value);
  }
}

// Where the type is settled, a GoValue has to be of it; it may name the type that a pointer points to.
function unwrap(e: Encoder, type: GoType, value: GoValue): unknown {
  const named = namedType(e, value);
  if (named.text !== type.text && baseOf(named).text !== baseOf(type).text)
    e.fail(`expected ${type.text}, got a ${named.text}`);
  return value.value;
}

function encodeList(e: Encoder, type: SliceType | ArrayType, value: unknown): void {
  if (type.kind === "slice" && (value === null || value === undefined)) {
    e.uint(0);
    return;
  }
  if (!Array.isArray(value) && !(ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    e.fail(`expected ${type.text}, got ${describe(value)}`);
  }
  const list = value as ArrayLike<unknown>;
  if (type.kind === "array" && list.length !== type.length)
    e.fail(`expected ${type.length} elements, got ${list.length}`);
  const { elem } = type;
  const isInterface = elem.kind === "interface";
  e.enter(value);
  e.uint(list.length);
  for (let i = 0; i < list.length; i++) {
    e.path[e.depth - 1] = i;
    if (isInterface) encodeInterface(e, list[i], keptKind(value, i, list[i]));
    else encodeValue(e, elem, list[i]);
  }
  e.leave(value);
}

function checkObject(e: Encoder, type: MapType, value: unknown): void {
  const { kind } = type.key;
  const isMeant = kind === "string" || kind === "interface";
  if (!isMeant || !isPlain(value)) {
    e.fail(
      `expected a Map${isMeant ? " or a plain object" : ""} for ${type.text}, got ${describe(value)}`,
    );
  }
}

// As in JSON, a property that is undefined is none.
function encodeProperties(e: Encoder, type: MapType, given: unknown): void {
  checkObject(e, type, given);
  const object = given as Record<string, unknown>;
  const keys = Object.keys(object);
  const isInterface = type.elem.kind === "interface";
  let count = keys.length;
  for (const key of keys) if (object[key] === undefined) count--;
  e.enter(object);
  e.uint(count);
  for (const key of keys) {
    const value = object[key];
    if (value === undefined) continue;
    e.path[e.depth - 1] = key;
    encodeValue(e, type.key, key);
    if (isInterface) encodeInterface(e, value, keptKind(object, key, value));
    else encodeValue(e, type.elem, value);
  }
  e.leave(object);
}

function encodePairs(e: Encoder, type: MapType, map: ReadonlyMap<unknown, unknown>): void {
  const isInterface = type.elem.kind === "interface";
  e.enter(map);
  e.uint(map.size);
  for (const [key, value] of map) {
    e.path[e.depth - 1] = typeof key === "string" || typeof key === "number" ? key : "key";
    encodeValue(e, type.key, key);
    if (isInterface) encodeInterface(e, value, keptKind(map, key, value));
    else encodeValue(e, type.elem, value);
  }
  e.leave(map);
}

function encodeStruct(e: Encoder, type: StructType, value: unknown): void {
  if (!isPlain(value) && !isInstance(value, type)) {
    e.fail(`expected ${type.text}, got ${describe(value)}`);
  }
  const struct = value as Record<string, unknown>;
  e.enter(struct);
  let last = -1;
  let known = 0;
  for (const [number, field] of type.fields.entries()) {
    const inner = Object.hasOwn(struct, field.name) ? struct[field.name] : undefined;
    if (Object.hasOwn(struct, field.name)) known++;
    if (isZeroField(field.type, inner)) continue;
    e.path[e.depth - 1] = field.name;
    e.uint(number - last);
    last = number;
    const present = inner ?? zeroValue(field.type, () => {});
    if (field.type.kind === "interface")
      encodeInterface(e, present, keptKind(struct, field.name, present));
    else encodeValue(e, field.type, present);
  }
  e.uint(0);
  if (known !== Object.keys(struct).length) refuseUnknownFields(e, type, struct);
  e.leave(struct);
}

function isInstance(value: unknown, type: StructType): boolean {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === type.prototype
  );
}

function refuseUnknownFields(e: Encoder, type: StructType, struct: object): void {
  for (const key of Object.keys(struct)) {
    if (type.fields.some((field) => field.name === key)) continue;
    e.path[e.depth - 1] = key;
    e.fail(`${type.text} has no such field`);
  }
}

function encodeBytes(e: Encoder, type: BytesType, value: unknown): void {
  if (!(value instanceof Uint8Array) && value !== null && value !== undefined)
    e.fail(`expected ${type.text}, got ${describe(value)}`);
  e.uint(value?.length ?? 0);
  if (value) e.raw(value);
}
