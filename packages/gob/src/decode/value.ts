// Reads one value of a known type, or of the type that an interface value names.
import { decodeOpaque } from "./opaque.ts";
import { decodeBytes, decodeComplex, decodeScalar, decodeString } from "./scalar.ts";
import { usualValue } from "./fast-path.ts";
import { decodeStruct } from "./struct.ts";
import type { Decoder } from "./decoder.ts";
import {
  KindsByElement,
  KindsByKey,
  isRemembered,
  needsMemory,
  remember,
  retype,
} from "../values/type-memory.ts";
import {
  type ArrayType,
  type GoType,
  type MapType,
  type PointerType,
  type SliceType,
  baseOf,
  goAnyMap,
  goList,
  goStringMap,
} from "../types/go-type.ts";
import { mapKey } from "./map-key.ts";
import { setOwn } from "../values/set-own.ts";

/** decode.go, decodeInterface: "name too long". */
const LONGEST_NAME = 1024;

/**
 * An interface value: a name, the type's definition if it is new, its id, a length, the value; nil is an empty name. Where the value
 * does not tell its Go type, `d.kind` does.
 *
 * Of this function, `decodeValue` and those for lists and maps there is one frame each on the stack for every level of nesting:
 * what can be done beside is done in functions that return first.
 */
export function decodeInterface(d: Decoder): unknown {
  d.kind = undefined;
  const usual = usualValue(d);
  if (usual !== undefined) return usual;
  const type = readType(d);
  if (type === undefined) return null;
  const { id } = d;
  const outer = d.open();
  if (baseOf(type).kind !== "struct") d.singleton();
  const value = decodeValue(d, type, id);
  d.close(outer);
  settleKind(d, type, value);
  return value;
}

function settleKind(d: Decoder, type: GoType, value: unknown): void {
  d.kind = undefined;
  if (typeof value !== "object" || value === null) {
    if (needsMemory(type, value)) d.kind = type;
    return;
  }
  if (type.registered !== undefined) retype(value, type);
  if (isRemembered(value)) d.kind = type;
}

/** Up to the id, which it leaves in `d.id`; undefined for nil. */
function readType(d: Decoder): GoType | undefined {
  const at = d.pos;
  const length = d.length("a type's name");
  if (length === 0) return undefined;
  if (length > LONGEST_NAME) d.fail(`a type's name of ${length} bytes`, at);
  const nameAt = d.pos;
  const registered = d.options.registry.find(d.bytes, nameAt, length);
  d.pos = nameAt + length;
  if (registered === undefined && d.options.unregistered === "error") {
    d.unregistered(d.bytes.toString("latin1", nameAt, d.pos), at);
  }
  const idAt = d.pos;
  d.id = d.nextId();
  return registered ? d.expect(registered, d.id, idAt) : derive(d, d.id, nameAt, length);
}

function derive(d: Decoder, id: number, nameAt: number, length: number): GoType {
  try {
    return d.types.derived.named(id, d.bytes.toString("utf8", nameAt, nameAt + length));
  } catch (error) {
    return d.rethrow(error, nameAt);
  }
}

/** A value of `type`, which was matched with wire type `id`. */
export function decodeValue(d: Decoder, type: GoType, id: number): unknown {
  switch (type.kind) {
    case "string":
      return decodeString(d, type);
    case "interface":
      return decodeInterface(d);
    case "slice":
    case "array":
      return decodeList(d, type, id);
    case "map":
      return type.key.kind === "string" ? decodeObject(d, type, id) : decodePairs(d, type, id);
    case "struct":
      return decodeStruct(d, type, id, decodeValue);
    case "bytes":
      return decodeBytes(d, type);
    case "pointer":
      return decodePointer(d, type, id);
    case "opaque":
      return decodeOpaque(d, type);
    case "complex64":
    case "complex128":
      return decodeComplex(d, type);
    default:
      return decodeScalar(d, type);
  }
}

function decodeList(d: Decoder, type: SliceType | ArrayType, id: number): unknown {
  const level = d.enter();
  const count = listLength(d, type);
  const elemId = d.elemId(id);
  const { elem } = type;
  const isInterface = elem.kind === "interface";
  const list: unknown[] = [];
  let kinds: (GoType | undefined)[] | undefined;
  for (let i = 0; i < count; i++) {
    d.path[level] = i;
    const value = isInterface ? decodeInterface(d) : decodeValue(d, elem, elemId);
    list.push(value);
    if (isInterface && d.kind && typeof value !== "object") (kinds ??= [])[i] = d.kind;
  }
  d.leave();
  return settleList(type, list, kinds);
}

function listLength(d: Decoder, type: SliceType | ArrayType): number {
  const at = d.pos;
  const count = d.count(1);
  if (type.kind === "array" && count !== type.length)
    d.fail(`expected ${type.length} elements, found ${count}`, at);
  return count;
}

function settleList(
  type: SliceType | ArrayType,
  list: unknown[],
  kinds: (GoType | undefined)[] | undefined,
): object {
  const result =
    type.kind === "array" && type.elem.kind === "uint8" ? Uint8Array.from(list as number[]) : list;
  const own = type === goList ? undefined : type;
  if (own || kinds) remember(result, own, kinds && new KindsByElement(list, kinds));
  return result;
}

function decodeObject(d: Decoder, type: MapType, id: number): object {
  const level = d.enter();
  const count = d.count(2);
  const elemId = d.elemId(id);
  const { elem } = type;
  const isInterface = elem.kind === "interface";
  const object: Record<string, unknown> = {};
  let kinds: KindsByKey | undefined;
  for (let i = 0; i < count; i++) {
    d.path[level] = undefined;
    const at = d.pos;
    const key = d.keyText(d.length("a key"));
    if (key === undefined) {
      d.pos = at;
      d.leave();
      return decodePairs(d, type, id, {
        count: count - i,
        map: new Map(Object.entries(object)),
        kinds,
      });
    }
    d.path[level] = key;
    if (d.options.strict && Object.hasOwn(object, key)) d.fail("the key is there twice", at);
    const value = isInterface ? decodeInterface(d) : decodeValue(d, elem, elemId);
    setOwn(object, key, value);
    if (isInterface && d.kind) (kinds ??= new KindsByKey()).add(key, value, d.kind);
  }
  d.leave();
  const own = type === goStringMap ? undefined : type;
  if (own || kinds) remember(object, own, kinds);
  return object;
}

/** A map that was begun as an object, up to a key that is no UTF-8: no property can have its name. */
interface Begun {
  readonly count: number;
  readonly map: Map<unknown, unknown>;
  readonly kinds: KindsByKey | undefined;
}

function decodePairs(d: Decoder, type: MapType, id: number, begun?: Begun): Map<unknown, unknown> {
  const level = d.enter();
  const count = begun ? begun.count : d.count(2);
  const keyId = d.keyId(id);
  const elemId = d.elemId(id);
  const map = begun?.map ?? new Map<unknown, unknown>();
  let kinds = begun?.kinds;
  for (let i = 0; i < count; i++) {
    d.path[level] = undefined;
    const at = d.pos;
    const key = mapKey(d, decodeValue(d, type.key, keyId), type.key, at);
    d.path[level] = typeof key === "string" ? key : i;
    if (d.options.strict && map.has(key)) d.fail("the key is there twice", at);
    const value = decodeValue(d, type.elem, elemId);
    map.set(key, value);
    if (type.elem.kind === "interface" && d.kind)
      (kinds ??= new KindsByKey()).add(key, value, d.kind);
  }
  d.leave();
  const own = type === goAnyMap ? undefined : type;
  if (own || kinds) remember(map, own, kinds);
  return map;
}

function decodePointer(d: Decoder, type: PointerType, id: number): unknown {
  const value = decodeValue(d, type.elem, id);
  // A struct behind a pointer is written under the pointer's name, should it move to an interface.
  if (typeof value === "object" && value !== null && !(value instanceof Date)) retype(value, type);
  return value;
}
