// Reads one value: of a known type, or of the type that an interface value names.
import {
  type ArrayType,
  type GoType,
  type MapType,
  type PointerType,
  type SliceType,
  goAnyMap,
  goList,
  goStringMap,
} from "../types/go-type.ts";
import { setOwn } from "../values/plain-object.ts";
import { TypesByElement, TypesByKey, remember, rememberAs } from "../values/type-memory.ts";
import type { Decoder } from "./decoder.ts";
import { decodeCommon } from "./fast-path.ts";
import { beginInterface, readType, setTypeToKeep } from "./interface-type.ts";
import { decodeBytes, decodeComplex, decodeOpaque, decodeScalar, decodeString } from "./leaf.ts";
import { mapKey } from "./map-key.ts";
import { decodeStruct } from "./struct.ts";

/**
 * Reads an interface value: a name, the type's definition if it is new, its id, a length, the value. Nil is an empty name. If the
 * type must be remembered, it is in `decoder.typeToKeep` afterwards.
 *
 * Every level of nesting has one stack frame of this function, of `decodeValue`, and of a list or map. They are kept small, by
 * functions that return before the next level begins, so that `maxDepth` levels fit the stack.
 */
export function decodeInterface(decoder: Decoder): unknown {
  decoder.typeToKeep = undefined;
  const common = decodeCommon(decoder);
  if (common !== undefined) return common;
  const type = readType(decoder);
  if (type === undefined) return null;
  const outer = beginInterface(decoder, type);
  const value = decodeValue(decoder, type, decoder.id);
  decoder.endInterface(outer);
  setTypeToKeep(decoder, type, value);
  return value;
}

/** Reads a value of `type`, which was matched with wire type `id`. */
export function decodeValue(decoder: Decoder, type: GoType, id: number): unknown {
  switch (type.kind) {
    case "string":
      return decodeString(decoder, type);
    case "interface":
      return decodeInterface(decoder);
    case "slice":
    case "array":
      return decodeList(decoder, type, id);
    case "map":
      return type.key.kind === "string"
        ? decodeObject(decoder, type, id)
        : decodeMap(decoder, type, id);
    case "struct":
      return decodeStruct(decoder, type, id, decodeValue);
    case "bytes":
      return decodeBytes(decoder, type);
    case "pointer":
      return decodePointer(decoder, type, id);
    case "opaque":
      return decodeOpaque(decoder, type);
    case "complex64":
    case "complex128":
      return decodeComplex(decoder, type);
    default:
      return decodeScalar(decoder, type);
  }
}

function decodeList(decoder: Decoder, type: SliceType | ArrayType, id: number): unknown {
  const level = decoder.enter();
  const count = readListLength(decoder, type);
  const elemId = decoder.elemId(id);
  const { elem } = type;
  const isInterface = elem.kind === "interface";
  const list: unknown[] = [];
  let types: (GoType | undefined)[] | undefined;
  for (let i = 0; i < count; i++) {
    decoder.path[level] = i;
    const value = isInterface ? decodeInterface(decoder) : decodeValue(decoder, elem, elemId);
    list.push(value);
    if (isInterface && decoder.typeToKeep && typeof value !== "object")
      (types ??= [])[i] = decoder.typeToKeep;
  }
  decoder.leave();
  return finishList(type, list, types);
}

function readListLength(decoder: Decoder, type: SliceType | ArrayType): number {
  const at = decoder.pos;
  const count = decoder.elementCount(1);
  if (type.kind === "array" && count !== type.length)
    decoder.fail(`expected ${type.length} elements, found ${count}`, at);
  return count;
}

function finishList(
  type: SliceType | ArrayType,
  list: unknown[],
  types: (GoType | undefined)[] | undefined,
): object {
  const result =
    type.kind === "array" && type.elem.kind === "uint8" ? Uint8Array.from(list as number[]) : list;
  const own = type === goList ? undefined : type;
  if (own || types) remember(result, own, types && new TypesByElement(list, types));
  return result;
}

function decodeObject(decoder: Decoder, type: MapType, id: number): object {
  decoder.enter();
  const elemId = decoder.elemId(id);
  const isInterface = type.elem.kind === "interface";
  const object: Record<string, unknown> = {};
  let types: TypesByKey | undefined;
  for (let left = decoder.elementCount(2); left > 0; left--) {
    const key = readProperty(decoder, object);
    if (key === undefined) return continueAsMap(decoder, type, id, object, types, left);
    const value = isInterface ? decodeInterface(decoder) : decodeValue(decoder, type.elem, elemId);
    setOwn(object, key, value);
    if (isInterface && decoder.typeToKeep)
      (types ??= new TypesByKey()).add(key, value, decoder.typeToKeep);
  }
  decoder.leave();
  if (types || type !== goStringMap)
    remember(object, type === goStringMap ? undefined : type, types);
  return object;
}

/** Reads a key. Returns undefined and stays where it is if the key is not UTF-8: no property can have its name. */
function readProperty(decoder: Decoder, object: object): string | undefined {
  const level = decoder.depth - 1;
  decoder.path[level] = undefined;
  const at = decoder.pos;
  const key = decoder.keyText(decoder.length("a key"));
  if (key === undefined) {
    decoder.pos = at;
    return undefined;
  }
  decoder.path[level] = key;
  if (decoder.options.strict && Object.hasOwn(object, key)) decoder.fail("a duplicate key", at);
  return key;
}

/** The entries of a map before a key that is not UTF-8. */
interface MapStart {
  readonly map: Map<unknown, unknown>;
  readonly types: TypesByKey | undefined;
  /** How many entries are still to be read. */
  readonly left: number;
}

function continueAsMap(
  decoder: Decoder,
  type: MapType,
  id: number,
  object: object,
  types: TypesByKey | undefined,
  left: number,
): Map<unknown, unknown> {
  decoder.leave();
  return decodeMap(decoder, type, id, { map: new Map(Object.entries(object)), types, left });
}

function decodeMap(
  decoder: Decoder,
  type: MapType,
  id: number,
  start?: MapStart,
): Map<unknown, unknown> {
  decoder.enter();
  const isInterface = type.elem.kind === "interface";
  const elemId = decoder.elemId(id);
  const map = start ? start.map : new Map<unknown, unknown>();
  let types = start?.types;
  for (let left = start ? start.left : decoder.elementCount(2); left > 0; left--) {
    const key = readMapKey(decoder, type, id, map);
    const value = isInterface ? decodeInterface(decoder) : decodeValue(decoder, type.elem, elemId);
    map.set(key, value);
    if (isInterface && decoder.typeToKeep)
      (types ??= new TypesByKey()).add(key, value, decoder.typeToKeep);
  }
  decoder.leave();
  if (types || type !== goAnyMap) remember(map, type === goAnyMap ? undefined : type, types);
  return map;
}

function readMapKey(
  decoder: Decoder,
  type: MapType,
  id: number,
  map: ReadonlyMap<unknown, unknown>,
): unknown {
  const level = decoder.depth - 1;
  decoder.path[level] = undefined;
  const at = decoder.pos;
  const key = mapKey(decoder, decodeValue(decoder, type.key, decoder.keyId(id)), type.key, at);
  decoder.path[level] = typeof key === "string" ? key : map.size;
  if (decoder.options.strict && map.has(key)) decoder.fail("a duplicate key", at);
  return key;
}

function decodePointer(decoder: Decoder, type: PointerType, id: number): unknown {
  const value = decodeValue(decoder, type.elem, id);
  // If the struct is moved to an interface, it must be written under the pointer's name.
  if (typeof value === "object" && value !== null && !(value instanceof Date))
    rememberAs(value, type);
  return value;
}
