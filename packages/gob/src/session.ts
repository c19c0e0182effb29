// The outermost value of a session, Go's map[interface{}]interface{}, as an object.
import { decodeInterface } from "./decode/value.ts";
import type { Decoder } from "./decode/decoder.ts";
import { encodeInterface } from "./encode/value.ts";
import type { Encoder } from "./encode/encoder.ts";
import { KindsByKey, keptKind, remember } from "./values/type-memory.ts";
import { fromGoKey, goKey } from "./go-key.ts";
import { goAnyMap, goInterface } from "./types/go-type.ts";
import { mapKey } from "./decode/map-key.ts";
import { setOwn } from "./values/set-own.ts";

/** What `gob.NewDecoder(r).Decode(&session.Values)` reads. Keys that are no strings are under the properties of `goKey`. */
export function decodeSession(d: Decoder): Record<string, unknown> {
  const id = d.firstId();
  d.expect(goAnyMap, id, d.pos);
  d.singleton();
  d.enter();
  const count = d.count(2);
  const values: Record<string, unknown> = {};
  let kinds: KindsByKey | undefined;
  for (let i = 0; i < count; i++) {
    d.path[0] = undefined;
    const at = d.pos;
    const property = propertyOf(d, decodeInterface(d), at);
    d.path[0] = property;
    if (d.options.strict && Object.hasOwn(values, property)) d.fail("the key is there twice", at);
    const value = decodeInterface(d);
    setOwn(values, property, value);
    if (d.kind) (kinds ??= new KindsByKey()).add(property, value, d.kind);
  }
  d.leave();
  if (kinds) remember(values, undefined, kinds);
  return values;
}

function propertyOf(d: Decoder, key: unknown, at: number): string {
  if (typeof key === "string" && !d.kind && key.charCodeAt(0) !== 0) return key;
  return goKey(mapKey(d, key, goInterface, at), d.options.registry);
}

/** What `gob.NewEncoder(w).Encode(session.Values)` writes, in the order of the properties. */
export function encodeSession(e: Encoder, values: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(values).filter((key) => values[key] !== undefined);
  e.typeId(goAnyMap);
  e.uint(0);
  e.uint(keys.length);
  e.enter(values);
  for (const property of keys) {
    e.path[0] = property;
    encodeInterface(
      e,
      property.charCodeAt(0) === 0 ? fromGoKey(property, e.options.registry) : property,
    );
    const value = values[property];
    encodeInterface(e, value, keptKind(values, property, value));
  }
  e.leave(values);
}
