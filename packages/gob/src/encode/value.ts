// Writes one value: as a known type, or in an interface as its own type.
import {
  type ArrayType,
  type GoType,
  type MapType,
  type SliceType,
  type StructType,
  baseOf,
} from "../types/go-type.ts";
import { GoValue } from "../values/go-values.ts";
import { isPlainObject } from "../values/plain-object.ts";
import { innerTypes } from "../values/type-memory.ts";
import { isZeroField, zeroValue } from "../values/zero.ts";
import type { Encoder } from "./encoder.ts";
import { encodeCommon } from "./fast-path.ts";
import { beginInterface, dynamicType, typeOfGoValue } from "./interface-type.ts";
import { describe, encodeBytes, encodeComplex, encodeOpaque, encodeScalar } from "./leaf.ts";

/**
 * Writes an interface value, as the type kept for its place, or else as its own type.
 *
 * Every level of nesting has one stack frame of this function, of `encodeValue`, and of a list, map or struct. They are kept small, by
 * functions that return before the next level begins, so that `maxDepth` levels fit the stack.
 */
export function encodeInterface(encoder: Encoder, value: unknown, kept?: GoType): void {
  if (value === null || value === undefined) {
    encoder.uint(0);
    return;
  }
  if (kept === undefined && encodeCommon(encoder, value)) return;
  const type = kept ?? dynamicType(encoder, value);
  const outer = beginInterface(encoder, type, value);
  encodeValue(encoder, type, value instanceof GoValue ? value.value : value);
  encoder.endInterface(outer);
}

/** Writes a value as `type`. @throws GobError with the path if the value is not of that type. */
export function encodeValue(encoder: Encoder, type: GoType, given: unknown): void {
  const value =
    given instanceof GoValue && type.kind !== "interface" ? unwrap(encoder, type, given) : given;
  switch (type.kind) {
    case "interface":
      encodeInterface(encoder, value);
      return;
    case "slice":
    case "array":
      encodeList(encoder, type, value);
      return;
    case "map":
      if (value instanceof Map) encodeMap(encoder, type, value);
      else encodeObject(encoder, type, value);
      return;
    case "struct":
      encodeStruct(encoder, type, value);
      return;
    case "pointer":
      refuseNil(encoder, type, value);
      encodeValue(encoder, type.elem, value);
      return;
    case "bytes":
      encodeBytes(encoder, type, value);
      return;
    case "opaque":
      encodeOpaque(encoder, type, value);
      return;
    case "complex64":
    case "complex128":
      encodeComplex(encoder, type, value);
      return;
    default:
      encodeScalar(encoder, type, value);
  }
}

function refuseNil(encoder: Encoder, type: GoType, value: unknown): void {
  if (value === null || value === undefined)
    encoder.fail(`a nil ${type.text} in a list or map, which gob cannot represent`);
}

// Where the type is static, a GoValue must be of that type, or of the type that the pointer points to.
function unwrap(encoder: Encoder, type: GoType, value: GoValue): unknown {
  const named = typeOfGoValue(encoder, value);
  if (named.text !== type.text && baseOf(named).text !== baseOf(type).text)
    encoder.fail(`expected ${type.text}, got a ${named.text}`);
  return value.value;
}

function encodeList(encoder: Encoder, type: SliceType | ArrayType, value: unknown): void {
  const list = listOf(encoder, type, value);
  const { elem } = type;
  const isInterface = elem.kind === "interface";
  const types = isInterface ? innerTypes(list) : undefined;
  encoder.enter(list);
  encoder.uint(list.length);
  for (let i = 0; i < list.length; i++) {
    encoder.path[encoder.depth - 1] = i;
    if (isInterface) encodeInterface(encoder, list[i], types?.find(i, list[i]));
    else encodeValue(encoder, elem, list[i]);
  }
  encoder.leave(list);
}

function listOf(
  encoder: Encoder,
  type: SliceType | ArrayType,
  value: unknown,
): ArrayLike<unknown> & object {
  if (type.kind === "slice" && (value === null || value === undefined)) return [];
  if (!Array.isArray(value) && (!ArrayBuffer.isView(value) || value instanceof DataView))
    return encoder.fail(`expected ${type.text}, got ${describe(value)}`);
  const list = value as unknown as ArrayLike<unknown> & object;
  if (type.kind === "array" && list.length !== type.length)
    encoder.fail(`expected ${type.length} elements, got ${list.length}`);
  return list;
}

// A property that is undefined is left out, as in JSON.
function encodeObject(encoder: Encoder, type: MapType, given: unknown): void {
  const object = objectOf(encoder, type, given);
  const keys = Object.keys(object);
  const isInterface = type.elem.kind === "interface";
  const types = isInterface ? innerTypes(object) : undefined;
  encoder.enter(object);
  encoder.uint(countDefined(object, keys));
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const value = object[key];
    if (value === undefined) continue;
    encoder.path[encoder.depth - 1] = key;
    if (type.key.kind === "string") encoder.text(key);
    else encodeInterface(encoder, key);
    if (isInterface) encodeInterface(encoder, value, types?.find(key, value));
    else encodeValue(encoder, type.elem, value);
  }
  encoder.leave(object);
}

function objectOf(encoder: Encoder, type: MapType, value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  const { kind } = type.key;
  const allowsObject = kind === "string" || kind === "interface";
  if (allowsObject && isPlainObject(value)) return value as Record<string, unknown>;
  return encoder.fail(
    `expected a Map${allowsObject ? " or a plain object" : ""} for ${type.text}, got ${describe(value)}`,
  );
}

function countDefined(object: Readonly<Record<string, unknown>>, keys: readonly string[]): number {
  let count = 0;
  for (const key of keys) if (object[key] !== undefined) count++;
  return count;
}

function encodeMap(encoder: Encoder, type: MapType, map: ReadonlyMap<unknown, unknown>): void {
  const isInterface = type.elem.kind === "interface";
  const types = isInterface ? innerTypes(map) : undefined;
  encoder.enter(map);
  encoder.uint(map.size);
  const keys = [...map.keys()];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const value = map.get(key);
    encoder.path[encoder.depth - 1] =
      typeof key === "string" || typeof key === "number" ? key : "key";
    encodeValue(encoder, type.key, key);
    if (isInterface) encodeInterface(encoder, value, types?.find(key, value));
    else encodeValue(encoder, type.elem, value);
  }
  encoder.leave(map);
}

function encodeStruct(encoder: Encoder, type: StructType, value: unknown): void {
  if (!isPlainObject(value) && !isInstance(value, type)) {
    encoder.fail(`expected ${type.text}, got ${describe(value)}`);
  }
  const struct = value as Record<string, unknown>;
  const types = innerTypes(struct);
  encoder.enter(struct);
  let last = -1;
  let known = 0;
  for (const [number, field] of type.fields.entries()) {
    const isOwn = Object.hasOwn(struct, field.name);
    const given = isOwn ? struct[field.name] : undefined;
    if (isOwn) known++;
    if (isZeroField(field.type, given)) continue;
    encoder.path[encoder.depth - 1] = field.name;
    encoder.uint(number - last);
    last = number;
    const present = given ?? zeroValue(field.type, () => {});
    if (field.type.kind === "interface")
      encodeInterface(encoder, present, types?.find(field.name, present));
    else encodeValue(encoder, field.type, present);
  }
  encoder.uint(0);
  if (known !== Object.keys(struct).length) failUnknownField(encoder, type, struct);
  encoder.leave(struct);
}

function isInstance(value: unknown, type: StructType): boolean {
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === type.prototype
  );
}

function failUnknownField(encoder: Encoder, type: StructType, struct: object): void {
  for (const key of Object.keys(struct)) {
    if (type.fields.some((field) => field.name === key)) continue;
    encoder.path[encoder.depth - 1] = key;
    encoder.fail(`${type.text} has no such field`);
  }
}
