// Reads one value of a known type, or of the type that an interface value names.
import { decodeBytes, decodeComplex, decodeScalar, decodeString } from "./decode-scalar.ts";
import { decodeOpaque } from "./decode-opaque.ts";
import { decodeStruct } from "./decode-struct.ts";
import type { Decoder } from "./decoder.ts";
import { KindsByElement, KindsByKey, needsMemory, remember, retype } from "./go-kinds.ts";
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
} from "./go-type.ts";
import { shortInt, shortString } from "./decode-short.ts";
import { mapKey } from "./map-key.ts";
import { setOwn } from "./set-own.ts";

/** decode.go, decodeInterface: "name too long". */
const LONGEST_NAME = 1024;

/**
 * An interface value: a name, the type's definition if it is new, its id, a length, the value; nil is an empty name. Where the value
 * does not tell its Go type, `d.kind` does.
 */
export function decodeInterface(d: Decoder): unknown {
  d.kind = undefined;
  return shortString(d) ?? shortInt(d) ?? decodeNamed(d);
}

function decodeNamed(d: Decoder): unknown {
  const at = d.pos;
  const length = d.length("a type's name");
  if (length === 0) return null;
  if (length > LONGEST_NAME) d.fail(`a type's name of ${length} bytes`, at);
  const nameAt = d.pos;
  const registered = d.options.registry.find(d.bytes, nameAt, length);
  d.pos = nameAt + length;
  if (registered === undefined && d.options.unregistered === "error") {
    d.unregistered(d.bytes.toString("latin1", nameAt, d.pos), at);
  }
  const idAt = d.pos;
  const id = d.nextId();
  return decodeTyped(
    d,
    registered ? d.expect(registered, id, idAt) : derive(d, id, nameAt, length),
    id,
  );
}

function decodeTyped(d: Decoder, type: GoType, id: number): unknown {
  const outer = d.open();
  if (baseOf(type).kind !== "struct") d.singleton();
  const value = decodeValue(d, type, id);
  d.close(outer);
  d.kind = undefined;
  if (typeof value === "object" && value !== null) {
    if (type.registered !== undefined) retype(value, type);
  } else if (needsMemory(type, value)) d.kind = type;
  return value;
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
      return decodeSlice(d, type, id);
    case "map":
      return decodeMap(d, type, id);
    case "struct":
      return decodeStruct(d, type, id, decodeValue);
    case "bytes":
      return decodeBytes(d, type);
    case "array":
      return decodeArray(d, type, id);
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

function decodeSlice(d: Decoder, type: SliceType, id: number): unknown[] {
  d.enter();
  const list = decodeElements(d, type, d.count(1), d.elemId(id));
  d.leave();
  return list;
}

function decodeArray(d: Decoder, type: ArrayType, id: number): unknown[] | Uint8Array {
  d.enter();
  const at = d.pos;
  const count = d.count(1);
  if (count !== type.length) d.fail(`expected ${type.length} elements, found ${count}`, at);
  const list = decodeElements(d, type, count, d.elemId(id));
  d.leave();
  if (type.elem.kind !== "uint8") return list;
  const bytes = Uint8Array.from(list as number[]);
  remember(bytes, type);
  return bytes;
}

function decodeElements(
  d: Decoder,
  type: SliceType | ArrayType,
  count: number,
  elemId: number,
): unknown[] {
  const list: unknown[] = [];
  const { elem } = type;
  const level = d.depth - 1;
  let kinds: (GoType | undefined)[] | undefined;
  for (let i = 0; i < count; i++) {
    d.path[level] = i;
    const value = decodeValue(d, elem, elemId);
    list.push(value);
    if (elem.kind === "interface" && d.kind) (kinds ??= [])[i] = d.kind;
  }
  if (type !== goList || kinds) {
    remember(list, type === goList ? undefined : type, kinds && new KindsByElement(list, kinds));
  }
  return list;
}

function decodeMap(d: Decoder, type: MapType, id: number): object {
  d.enter();
  const wire = d.wire(id);
  const keyId = wire?.form === "map" ? wire.key : 0;
  const count = d.count(2);
  const map =
    type.key.kind === "string" ? decodeObject(d, type, keyId, d.elemId(id), count) : undefined;
  const result = map ?? decodePairs(d, type, keyId, d.elemId(id), count, new Map());
  d.leave();
  return result;
}

function decodeObject(
  d: Decoder,
  type: MapType,
  keyId: number,
  elemId: number,
  count: number,
): object {
  const object: Record<string, unknown> = {};
  const { elem } = type;
  const level = d.depth - 1;
  let kinds: KindsByKey | undefined;
  for (let i = 0; i < count; i++) {
    d.path[level] = undefined;
    const at = d.pos;
    const key = decodeKey(d, type.key);
    if (typeof key !== "string") {
      // No UTF-8: a property cannot have this name. The map becomes one that can.
      d.pos = at;
      return decodePairs(d, type, keyId, elemId, count - i, new Map(Object.entries(object)), kinds);
    }
    d.path[level] = key;
    if (d.options.strict && Object.hasOwn(object, key)) d.fail("the key is there twice", at);
    const value = decodeValue(d, elem, elemId);
    setOwn(object, key, value);
    if (elem.kind === "interface" && d.kind) (kinds ??= new KindsByKey()).add(key, value, d.kind);
  }
  if (type !== goStringMap || kinds)
    remember(object, type === goStringMap ? undefined : type, kinds);
  return object;
}

function decodeKey(d: Decoder, type: GoType): unknown {
  const at = d.pos;
  const key = d.keyText(d.length("a key"));
  if (key !== undefined) return key;
  d.pos = at;
  return type.kind === "string" ? decodeString(d, type) : undefined;
}

function decodePairs(
  d: Decoder,
  type: MapType,
  keyId: number,
  elemId: number,
  count: number,
  map: Map<unknown, unknown>,
  known?: KindsByKey,
): Map<unknown, unknown> {
  const level = d.depth - 1;
  let kinds = known;
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
  if (type !== goAnyMap || kinds) remember(map, type === goAnyMap ? undefined : type, kinds);
  return map;
}

function decodePointer(d: Decoder, type: PointerType, id: number): unknown {
  const value = decodeValue(d, type.elem, id);
  // A struct behind a pointer is written under the pointer's name, should it move to an interface.
  if (typeof value === "object" && value !== null && !(value instanceof Date)) retype(value, type);
  return value;
}
