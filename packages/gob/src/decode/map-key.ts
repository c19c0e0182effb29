// Checks and converts the keys of maps that are read as a Map.
import type { GoType } from "../types/go-type.ts";
import type { GobRegistry } from "../types/registry.ts";
import { defaultType } from "../values/default-type.ts";
import { GoValue } from "../values/go-values.ts";
import { rememberedType } from "../values/type-memory.ts";
import type { Decoder } from "./decoder.ts";

/**
 * Converts the key just read. An interface key of another type than JavaScript would write (an int64, a whole float64) stays in a
 * GoValue: Go distinguishes `int(1)` from `int64(1)`, a Map does not.
 */
export function mapKey(decoder: Decoder, key: unknown, type: GoType, at: number): unknown {
  const { registry } = decoder.options;
  const { typeToKeep } = decoder;
  if (!isHashable(type, key, registry))
    decoder.fail("expected a key, found a slice or map, which Go panics on", at);
  if (type.kind !== "interface" || typeToKeep === undefined || typeof key === "object") return key;
  return defaultType(key, registry) === typeToKeep ? key : new GoValue(typeToKeep, key);
}

/** True if Go can compare the value, and use it as a key. */
export function isHashable(type: GoType, value: unknown, registry: GobRegistry): boolean {
  switch (type.kind) {
    case "bytes":
    case "slice":
    case "map":
      return false;
    case "array":
      return !Array.isArray(value) || value.every((each) => isHashable(type.elem, each, registry));
    case "struct":
      return type.fields.every((field) =>
        isHashable(
          field.type,
          (value as Partial<Record<string, unknown>> | null)?.[field.name],
          registry,
        ),
      );
    case "interface": {
      if (typeof value !== "object" || value === null || value instanceof GoValue) return true;
      const dynamic = rememberedType(value) ?? defaultType(value, registry);
      return dynamic !== undefined && isHashable(dynamic, value, registry);
    }
    default:
      return true;
  }
}
