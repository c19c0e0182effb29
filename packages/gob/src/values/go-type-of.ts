// Tells applications the Go type of a value.
import { type GoType, baseOf, goInterface } from "../types/go-type.ts";
import { type GobRegistry, basicRegistry } from "../types/registry.ts";
import { defaultType } from "./default-type.ts";
import { GoValue } from "./go-values.ts";
import { innerTypes, rememberedType } from "./type-memory.ts";

/**
 * The Go type that a value is written as: for an object that was read, the type it was read as; for any other value, the one that
 * the serializer chooses. It is `interface {}` for null, and undefined for a value without a Go type.
 *
 * @param registry the serializer's; needed for types that are not basic.
 */
export function goTypeOf(
  value: unknown,
  registry: GobRegistry = basicRegistry,
): GoType | undefined {
  if (value instanceof GoValue)
    return typeof value.type === "string" ? registry.type(value.type) : value.type;
  const remembered =
    typeof value === "object" && value !== null ? rememberedType(value) : undefined;
  return remembered ?? defaultType(value, registry);
}

/**
 * The Go type of the value at `key` of a session, object, list, Map or struct. Unlike `goTypeOf` it knows the types of numbers,
 * strings and booleans that were read: `goTypeAt(session.values, "views")?.text` may be `int64`.
 *
 * @param registry the serializer's; needed for types that are not basic.
 */
export function goTypeAt(
  container: object,
  key: unknown,
  registry: GobRegistry = basicRegistry,
): GoType | undefined {
  const value: unknown =
    container instanceof Map
      ? container.get(key)
      : (container as Record<string, unknown>)[key as string];
  const own = rememberedType(container);
  const declared = own ? declaredType(own, key) : goInterface;
  if (declared.kind !== "interface") return declared;
  return innerTypes(container)?.find(key, value) ?? goTypeOf(value, registry);
}

/** The static type of the value at `key` in a container of `type`. It is an interface if the value decides. */
function declaredType(type: GoType, key: unknown): GoType {
  const base = baseOf(type);
  switch (base.kind) {
    case "slice":
    case "array":
    case "map":
      return base.elem;
    case "struct":
      return base.fields.find((field) => field.name === key)?.type ?? goInterface;
    default:
      return goInterface;
  }
}
