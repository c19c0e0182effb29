// Finds the type of an interface value, and writes its name and id.
import { quote } from "../errors.ts";
import { type GoType, baseOf } from "../types/go-type.ts";
import { defaultType } from "../values/default-type.ts";
import { GoValue } from "../values/go-values.ts";
import { rememberedType } from "../values/type-memory.ts";
import type { Encoder } from "./encoder.ts";
import { describe } from "./leaf.ts";

/** Writes all of an interface value before its content, and returns a token for `endInterface`. */
export function beginInterface(encoder: Encoder, type: GoType, value: unknown): number {
  const name = encoder.options.registry.nameOf(type);
  if (name === undefined)
    encoder.fail(
      `the Go type ${quote(type.text)} is not registered: call registry.register(${quote(type.text)}), and gob.Register in Go`,
    );
  if (type.kind === "pointer" && value instanceof GoValue && value.value === null)
    encoder.fail(`a nil ${type.text} in an interface, which gob cannot represent: use null`);
  encoder.text(name);
  encoder.typeId(type);
  const outer = encoder.beginInterface();
  if (baseOf(type).kind !== "struct") encoder.uint(0);
  return outer;
}

/** The type that a value has in an interface. */
export function dynamicType(encoder: Encoder, value: unknown): GoType {
  const { registry } = encoder.options;
  if (value instanceof GoValue) return typeOfGoValue(encoder, value);
  const type =
    (typeof value === "object" && value !== null && rememberedType(value)) ||
    defaultType(value, registry);
  if (type) return type;
  const description = describe(value);
  return encoder.fail(
    typeof value === "object"
      ? `${description}: register its class (defineStruct(name, fields, { class })), or store a plain object`
      : `${description} has no Go type`,
  );
}

/** The type that a GoValue states. */
export function typeOfGoValue(encoder: Encoder, { type }: GoValue): GoType {
  if (typeof type !== "string") return type;
  try {
    return encoder.options.registry.type(type);
  } catch (error) {
    return encoder.fail(error instanceof Error ? error.message : String(error));
  }
}
