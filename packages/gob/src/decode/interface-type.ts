// Reads the type of an interface value: its name and id, and what is remembered of them.
import { type GoType, baseOf } from "../types/go-type.ts";
import { isRemembered, mustRemember, rememberAs } from "../values/type-memory.ts";
import type { Decoder } from "./decoder.ts";

/** decode.go, decodeInterface: "name too long". */
const LONGEST_NAME = 1024;

/** Reads the name and id, and leaves the id in `decoder.id`. Returns undefined for nil. */
export function readType(decoder: Decoder): GoType | undefined {
  const at = decoder.pos;
  const length = decoder.length("a type's name");
  if (length === 0) return undefined;
  if (length > LONGEST_NAME) decoder.fail(`a type's name of ${length} bytes`, at);
  const { bytes, options, pos: nameAt } = decoder;
  const registered = options.registry.find(bytes, nameAt, length);
  decoder.pos = nameAt + length;
  if (registered === undefined && options.unregistered === "error") {
    decoder.failUnregistered(bytes.toString("latin1", nameAt, decoder.pos), at);
  }
  const idAt = decoder.pos;
  decoder.id = decoder.nextId();
  return registered
    ? decoder.typeToRead(registered, decoder.id, idAt)
    : deriveType(decoder, nameAt, length);
}

function deriveType(decoder: Decoder, nameAt: number, length: number): GoType {
  try {
    const name = decoder.bytes.toString("utf8", nameAt, nameAt + length);
    return decoder.types.derived.named(decoder.id, name);
  } catch (error) {
    return decoder.rethrow(error, nameAt);
  }
}

/** Prepares for the value after its type, and returns a token for `endInterface`. */
export function beginInterface(decoder: Decoder, type: GoType): number {
  const outer = decoder.beginInterface();
  if (baseOf(type).kind !== "struct") decoder.zeroBeforeValue();
  return outer;
}

/** Keeps the type of a value that was read, if the value alone would not lead to it when it is written. */
export function setTypeToKeep(decoder: Decoder, type: GoType, value: unknown): void {
  decoder.typeToKeep = undefined;
  if (typeof value !== "object" || value === null) {
    if (mustRemember(type, value)) decoder.typeToKeep = type;
    return;
  }
  if (type.registered !== undefined) rememberAs(value, type);
  if (isRemembered(value)) decoder.typeToKeep = type;
}
