// Keys of the maps that are read as a Map.
import type { Decoder } from "./decoder.ts";
import { canonicalType, rememberedType } from "../values/type-memory.ts";
import type { GoType } from "../types/go-type.ts";
import { GoValue } from "../values/go-values.ts";
import type { GobRegistry } from "../types/registry.ts";

/**
 * The key that was just read. Where keys are interface values, one of another kind than JavaScript would write (int64, a whole
 * float64) stays in a GoValue: Go tells `int(1)` from `int64(1)`, a Map does not.
 */
export function mapKey(d: Decoder, key: unknown, type: GoType, at: number): unknown {
  const { registry } = d.options;
  const { kind } = d;
  if (!isHashable(type, key, registry))
    d.fail("expected a key; slices and maps cannot be one (Go panics here)", at);
  if (type.kind !== "interface" || kind === undefined || typeof key === "object") return key;
  return canonicalType(key, registry) === kind ? key : new GoValue(kind, key);
}

/** Whether Go can compare the value, so that it can be a key. */
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
      const dynamic = rememberedType(value) ?? canonicalType(value, registry);
      return dynamic !== undefined && isHashable(dynamic, value, registry);
    }
    default:
      return true;
  }
}
