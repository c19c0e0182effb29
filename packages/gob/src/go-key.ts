// Session keys that are not strings, and the property names that represent them.
import { Decoder } from "./decode/decoder.ts";
import { isHashable } from "./decode/map-key.ts";
import { decodeInterface } from "./decode/value.ts";
import { Encoder } from "./encode/encoder.ts";
import { dynamicType } from "./encode/interface-type.ts";
import { encodeInterface } from "./encode/value.ts";
import { GobError, quote } from "./errors.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { type GoType, baseOf, goString } from "./types/go-type.ts";
import { fitsInteger } from "./types/number-ranges.ts";
import { type GobRegistry, basicRegistry } from "./types/registry.ts";
import { TypeIds } from "./types/type-ids.ts";
import { defaultType } from "./values/default-type.ts";
import { GoValue } from "./values/go-values.ts";

/** The first character of a property that represents a key. A string key that begins with it is represented by a property too. */
export const KEY_PREFIX = "\0";

const NIL = `${KEY_PREFIX}nil`;

/**
 * The property of a session that represents a Go key. A string represents itself, unless it begins with NUL. Properties are strings,
 * so they survive copying, merging, comparing and JSON.
 *
 * @example
 * session.values[goKey(42)];
 * session.values[goKey(goValue("main.Key", 1), registry)];
 *
 * @param registry the serializer's; needed for keys of types that are not basic.
 * @throws GobError if Go cannot use the value as a key.
 */
export function goKey(key: unknown, registry: GobRegistry = basicRegistry): string {
  if (typeof key === "string" && !key.startsWith(KEY_PREFIX)) return key;
  if (key === null || key === undefined) return NIL;
  const encoder = new Encoder({ registry, limits: DEFAULT_LIMITS, ids: new TypeIds() });
  const type = dynamicType(encoder, key);
  const value = key instanceof GoValue ? key.value : key;
  if (!isHashable(type, value, registry))
    encoder.fail(`expected a key, got a ${type.text}: a slice or map cannot be a key or in one`);
  const name = registry.nameOf(type);
  const text = keyText(type, value);
  const isShort =
    text !== undefined && type.registered === undefined && name !== undefined && !/[:#]/.test(name);
  if (isShort) return `${KEY_PREFIX}${name}:${text}`;
  // Any other key is represented by its gob, definition included.
  encodeInterface(encoder, key);
  return `${KEY_PREFIX}#${encoder.finish().toString("base64url")}`;
}

/**
 * The key that a property of a session represents, the inverse of {@link goKey}. Nearly always it is a string. Any other key is the
 * value that JavaScript would write as the key's Go type, or else a GoValue.
 *
 * @param registry the serializer's; needed for keys of types that are not basic.
 * @throws GobError if the property begins with NUL and was not made by goKey.
 */
export function fromGoKey(property: string, registry: GobRegistry = basicRegistry): unknown {
  if (!property.startsWith(KEY_PREFIX)) return property;
  if (property === NIL) return null;
  const [, name = "", sign, text = ""] = /^\0([^:#]*)([:#])(.*)$/s.exec(property) ?? [];
  if (sign === "#") return fromBytes(Buffer.from(text, "base64url"), registry);
  const type = registry.registered(name);
  const value = type && fromText(baseOf(type), text);
  if (type === undefined || value === undefined) {
    throw new GobError(
      "a property that begins with NUL but was not made by goKey",
      quote(property),
    );
  }
  return defaultType(value, registry) === type && type !== goString
    ? value
    : new GoValue(type, value);
}

function fromBytes(bytes: Buffer, registry: GobRegistry): unknown {
  const decoder = new Decoder(bytes, {
    registry,
    limits: DEFAULT_LIMITS,
    unregistered: "keep",
    strict: false,
  });
  decoder.nextMessage();
  const key = decodeInterface(decoder);
  const { typeToKeep } = decoder;
  const showsType =
    !typeToKeep || typeof key === "object" || defaultType(key, registry) === typeToKeep;
  return showsType ? key : new GoValue(typeToKeep, key);
}

/** The inverse of `keyText`; undefined if the text is not a value of this type. */
function fromText(type: GoType, text: string): unknown {
  switch (type.kind) {
    case "bool":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "string":
      return text;
    case "float32":
    case "float64": {
      const value = Number(text);
      return text === "" || Number.isNaN(value) ? undefined : value;
    }
    case "complex64":
    case "complex128":
    case "bytes":
    case "interface":
    case "slice":
    case "array":
    case "map":
    case "pointer":
    case "struct":
    case "opaque":
      return undefined;
    default: {
      if (!/^-?\d{1,20}$/.test(text)) return undefined;
      const value = Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
      return fitsInteger(type.kind, value) ? value : undefined;
    }
  }
}

/** A readable form of a scalar key; undefined for a key without one. */
function keyText(type: GoType, value: unknown): string | undefined {
  switch (type.kind) {
    case "bool":
    case "string":
      return typeof value === "boolean" || typeof value === "string" ? String(value) : undefined;
    case "float32":
    case "float64":
      if (typeof value !== "number" || Number.isNaN(value)) return undefined;
      return Object.is(value, -0) ? "-0" : String(value);
    default:
      return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
  }
}
