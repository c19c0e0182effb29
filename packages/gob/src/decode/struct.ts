// Reads a struct: the fields that were sent, and the zeros that Go left out.
import type { GoType, StructType } from "../types/go-type.ts";
import type { StructPlan } from "../types/stream-types.ts";
import { setOwn } from "../values/plain-object.ts";
import { TypesByKey, remember } from "../values/type-memory.ts";
import { zeroValue } from "../values/zero.ts";
import type { Decoder } from "./decoder.ts";

/** Reads one value. Passed in, because a field may be a struct again, and files do not import each other in a circle. */
export type DecodeValue = (decoder: Decoder, type: GoType, id: number) => unknown;

/** Fields come in the order of the wire type. Each is numbered by its distance from the last; zeros are not sent. */
export function decodeStruct(
  decoder: Decoder,
  type: StructType,
  id: number,
  decodeValue: DecodeValue,
): object {
  const level = decoder.enter();
  const { wire, absent } = planOf(decoder, type, id);
  const struct = (type.prototype ? Object.create(type.prototype) : {}) as Record<string, unknown>;
  const countValues = (count: number): void => decoder.countValues(count);
  let types: TypesByKey | undefined;
  let next = 0;
  countValues(wire.length + absent.length);
  for (;;) {
    decoder.path[level] = undefined;
    const at = decoder.pos;
    const delta = decoder.uint();
    const number = delta === 0 ? wire.length : next + delta - 1;
    if (number > wire.length || (number === wire.length && delta > 0))
      decoder.fail("a field that its type does not have", at);
    for (; next < number; next++) {
      const zero = wire[next];
      if (zero) setOwn(struct, zero.name, zeroValue(zero.type, countValues));
    }
    const field = wire[next++];
    if (!field) break;
    decoder.path[level] = field.name;
    const value = decodeValue(decoder, field.type, field.id);
    setOwn(struct, field.name, value);
    if (field.type.kind === "interface" && decoder.typeToKeep)
      (types ??= new TypesByKey()).add(field.name, value, decoder.typeToKeep);
  }
  for (const field of absent) setOwn(struct, field.name, zeroValue(field.type, countValues));
  remember(struct, type, types);
  decoder.leave();
  return struct;
}

function planOf(decoder: Decoder, type: StructType, id: number): StructPlan {
  try {
    return decoder.types.plan(type, id);
  } catch (error) {
    return decoder.rethrow(error, decoder.pos);
  }
}
