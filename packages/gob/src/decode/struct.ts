// Reads a struct: the fields that are there, and the zeros that Go left out.
import type { Decoder } from "./decoder.ts";
import { KindsByKey, remember } from "../values/type-memory.ts";
import type { GoType, StructType } from "../types/go-type.ts";
import { setOwn } from "../values/set-own.ts";
import type { StructPlan } from "../types/stream-types.ts";
import { zeroValue } from "../values/zero-value.ts";

/** Reads what is inside; handed over, because that may be a struct again. */
export type DecodeInner = (d: Decoder, type: GoType, id: number) => unknown;

/** The fields in the order of the wire, each numbered by its distance from the last; zeros are not sent. */
export function decodeStruct(d: Decoder, type: StructType, id: number, inner: DecodeInner): object {
  const level = d.enter();
  const { wire, absent } = planOf(d, type, id);
  const struct = (type.prototype ? Object.create(type.prototype) : {}) as Record<string, unknown>;
  const charge = (units: number): void => d.charge(units);
  let kinds: KindsByKey | undefined;
  let next = 0;
  d.charge(wire.length + absent.length);
  for (;;) {
    d.path[level] = undefined;
    const at = d.pos;
    const delta = d.uint();
    const number = delta === 0 ? wire.length : next + delta - 1;
    if (number > wire.length || (number === wire.length && delta > 0))
      d.fail("a field that its type does not have", at);
    for (; next < number; next++) {
      const zero = wire[next];
      if (zero) setOwn(struct, zero.name, zeroValue(zero.type, charge));
    }
    const field = wire[next++];
    if (!field) break;
    d.path[level] = field.name;
    const value = inner(d, field.type, field.id);
    setOwn(struct, field.name, value);
    if (field.type.kind === "interface" && d.kind)
      (kinds ??= new KindsByKey()).add(field.name, value, d.kind);
  }
  for (const field of absent) setOwn(struct, field.name, zeroValue(field.type, charge));
  remember(struct, type, kinds);
  d.leave();
  return struct;
}

function planOf(d: Decoder, type: StructType, id: number): StructPlan {
  try {
    return d.types.plan(type, id);
  } catch (error) {
    return d.rethrow(error, d.pos);
  }
}
