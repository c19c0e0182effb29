// Converts typed JSON to session values and back, for both serializers.
import { jsonSerializer, type Serializer } from "@redistore/core";
import { goKey, gobSerializer } from "@redistore/gob";
import { fromTyped, type Typed, typedSession } from "../../packages/gob/test/go/typed-json.ts";
import { vectorRegistry } from "../../packages/gob/test/go/vector-registry.ts";

type Values = Record<string, unknown>;

export interface Format {
  readonly serializer: Serializer;
  /** The property name for a key. */
  property(key: Typed): string;
  value(typed: Typed): unknown;
  /** All values, each with its Go type. */
  typedSession(values: Values): Typed;
}

const registry = vectorRegistry();

export const gobFormat: Format = {
  serializer: gobSerializer({ registry }),
  property: (key) =>
    goKey(key.t === "string" && key.v !== undefined ? key.v : fromTyped(key), registry),
  value: fromTyped,
  typedSession: (values) => typedSession(values, registry),
};

export const jsonFormat: Format = {
  serializer: jsonSerializer,
  property: (key) => String(key.v),
  value: fromTypedJson,
  typedSession: (values) => ({ ...toTypedJson(values), t: "map[interface {}]interface {}" }),
};

/** The typed JSON of a value as Go's encoding/json unmarshals it into an interface{}. */
export function toTypedJson(value: unknown): Typed {
  if (value === null) return { t: "nil" };
  if (typeof value === "boolean") return { t: "bool", v: value };
  if (typeof value === "string") return { t: "string", v: value };
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return { t: "float64", bits: bytes.toString("hex") };
  }
  if (Array.isArray(value)) return { t: "[]interface {}", items: value.map(toTypedJson) };
  const kv = Object.entries(value as object).map(([key, each]): [Typed, Typed] => [
    { t: "string", v: key },
    toTypedJson(each),
  ]);
  return { t: "map[string]interface {}", kv };
}

function fromTypedJson({ t, v, bits, items, kv }: Typed): unknown {
  if (t === "nil") return null;
  if (bits !== undefined) return Buffer.from(bits, "hex").readDoubleBE();
  if (items) return items.map(fromTypedJson);
  if (kv) return Object.fromEntries(kv.map(([key, each]) => [key.v, fromTypedJson(each)]));
  return v;
}
