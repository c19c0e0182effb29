// Tells the Go type of values, from outside.
import { canonicalType, innerType, keptKind, rememberedType } from "./type-memory.ts";
import { type GoType, goInterface } from "../types/go-type.ts";
import { GoValue } from "./go-values.ts";
import { GobRegistry } from "../types/registry.ts";

const basics = new GobRegistry();

/**
 * The Go type that a value by itself is written as: of an object that was read, the one that it had; of a plain one, what the
 * serializer chooses. null is `interface {}`, nil; undefined is what has no Go type.
 */
export function goTypeOf(value: unknown, registry: GobRegistry = basics): GoType | undefined {
  if (value instanceof GoValue)
    return typeof value.type === "string" ? registry.type(value.type) : value.type;
  const remembered =
    typeof value === "object" && value !== null ? rememberedType(value) : undefined;
  return remembered ?? canonicalType(value, registry);
}

/**
 * The Go type that a session, object, list, Map or struct has under a key: also of numbers, strings and booleans, which do not
 * carry it themselves. `goTypeAt(session.values, "views")?.text` may be `int64`.
 */
export function goTypeAt(
  container: object,
  key: unknown,
  registry: GobRegistry = basics,
): GoType | undefined {
  const value: unknown =
    container instanceof Map
      ? container.get(key)
      : (container as Record<string, unknown>)[key as string];
  const own = rememberedType(container);
  const declared = own ? innerType(own, key) : goInterface;
  if (declared.kind !== "interface") return declared;
  return keptKind(container, key, value) ?? goTypeOf(value, registry);
}
