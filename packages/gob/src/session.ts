// Reads and writes the outermost value of a session, Go's map[interface{}]interface{}, as an object.
import type { Decoder } from "./decode/decoder.ts";
import { mapKey } from "./decode/map-key.ts";
import { decodeInterface } from "./decode/value.ts";
import type { Encoder } from "./encode/encoder.ts";
import { encodeInterface } from "./encode/value.ts";
import { KEY_PREFIX, fromGoKey, goKey } from "./go-key.ts";
import { goAnyMap, goInterface } from "./types/go-type.ts";
import { setOwn } from "./values/plain-object.ts";
import { TypesByKey, innerTypes, remember } from "./values/type-memory.ts";

/** Reads as `gob.NewDecoder(r).Decode(&session.Values)`. Keys that are not strings become the properties that `goKey` names. */
export function decodeSession(decoder: Decoder): Record<string, unknown> {
  const id = decoder.topLevelId();
  decoder.typeToRead(goAnyMap, id, decoder.pos);
  decoder.zeroBeforeValue();
  decoder.enter();
  const count = decoder.elementCount(2);
  const values: Record<string, unknown> = {};
  let types: TypesByKey | undefined;
  for (let i = 0; i < count; i++) {
    decoder.path[0] = undefined;
    const at = decoder.pos;
    const property = propertyOf(decoder, decodeInterface(decoder), at);
    decoder.path[0] = property;
    if (decoder.options.strict && Object.hasOwn(values, property))
      decoder.fail("a duplicate key", at);
    const value = decodeInterface(decoder);
    setOwn(values, property, value);
    if (decoder.typeToKeep) (types ??= new TypesByKey()).add(property, value, decoder.typeToKeep);
  }
  decoder.leave();
  if (types) remember(values, undefined, types);
  return values;
}

function propertyOf(decoder: Decoder, key: unknown, at: number): string {
  if (typeof key === "string" && !decoder.typeToKeep && !key.startsWith(KEY_PREFIX)) return key;
  return goKey(mapKey(decoder, key, goInterface, at), decoder.options.registry);
}

/** Writes as `gob.NewEncoder(w).Encode(session.Values)`, in the order of the properties. Undefined properties are left out. */
export function encodeSession(encoder: Encoder, values: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(values).filter((key) => values[key] !== undefined);
  const types = innerTypes(values);
  encoder.typeId(goAnyMap);
  encoder.uint(0);
  encoder.uint(keys.length);
  encoder.enter(values);
  for (const property of keys) {
    encoder.path[0] = property;
    encodeInterface(encoder, fromGoKey(property, encoder.options.registry));
    const value = values[property];
    encodeInterface(encoder, value, types?.find(property, value));
  }
  encoder.leave(values);
}
