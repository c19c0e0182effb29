// Session keys that are no strings, as the property names that stand for them.
import { decodeInterface } from "./decode/value.ts";
import { Decoder } from "./decode/decoder.ts";
import { dynamicType, encodeInterface } from "./encode/value.ts";
import { Encoder } from "./encode/encoder.ts";
import { GobError, quote } from "./errors.ts";
import { canonicalType } from "./values/type-memory.ts";
import { type GoType, baseOf, goString } from "./types/go-type.ts";
import { GoValue } from "./values/go-values.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { isHashable } from "./decode/map-key.ts";
import { GobRegistry } from "./types/registry.ts";
import { holdsInteger } from "./types/number-ranges.ts";
import { TypeIds } from "./types/type-ids.ts";

/** What begins a property name that stands for another key. A string key that begins so is written as one, too. */
const MARK = "\0";

const NIL = `${MARK}nil`;

const basics = new GobRegistry();

/**
 * The property that stands for a key of a Go session that is no string: `values[goKey(42)]`, `values[goKey(true)]`,
 * `values[goKey(goValue("main.Key", 1), registry)]`. A plain string stands for itself.
 *
 * A string, not a symbol or a side table: whatever copies, merges, compares or deletes properties treats it right.
 *
 * @throws GobError for what cannot be a key.
 */
export function goKey(key: unknown, registry: GobRegistry = basics): string {
  if (typeof key === "string" && !key.startsWith(MARK)) return key;
  if (key === null || key === undefined) return NIL;
  const e = new Encoder({ registry, limits: DEFAULT_LIMITS, ids: new TypeIds() });
  const type = dynamicType(e, key);
  const value = key instanceof GoValue ? key.value : key;
  if (!isHashable(type, value, registry))
    e.fail(`expected a key; slices and maps cannot be one, also not inside a ${type.text}`);
  const name = registry.nameOf(type);
  const text = keyText(type, value);
  if (
    text !== undefined &&
    type.registered === undefined &&
    name !== undefined &&
    !/[:#]/.test(name)
  ) {
    return `${MARK}${name}:${text}`;
  }
  // Anything else goes as gob itself writes it, definition and all.
  encodeInterface(e, key);
  return `${MARK}#${e.finish().toString("base64url")}`;
}

/**
 * What a property of a session stands for, the inverse of {@link goKey}: a string for nearly all; else the key as JavaScript would
 * write it, or in a GoValue where it is of another Go type.
 *
 * @throws GobError for a property that begins as goKey's do and is none.
 */
export function fromGoKey(property: string, registry: GobRegistry = basics): unknown {
  if (!property.startsWith(MARK)) return property;
  if (property === NIL) return null;
  const [, name = "", sign, text = ""] = /^\0([^:#]*)([:#])(.*)$/s.exec(property) ?? [];
  if (sign === "#") return fromBytes(Buffer.from(text, "base64url"), registry);
  const type = registry.registered(name);
  const value = type && fromText(baseOf(type), text);
  if (type === undefined || value === undefined) {
    throw new GobError(
      "a key that begins with NUL, which only those of goKey may",
      quote(property),
    );
  }
  return canonicalType(value, registry) === type && type !== goString
    ? value
    : new GoValue(type, value);
}

function fromBytes(bytes: Buffer, registry: GobRegistry): unknown {
  const d = new Decoder(bytes, {
    registry,
    limits: DEFAULT_LIMITS,
    unregistered: "keep",
    strict: false,
  });
  d.nextMessage();
  const key = decodeInterface(d);
  const plain = !d.kind || typeof key === "object" || canonicalType(key, registry) === d.kind;
  return plain ? key : new GoValue(d.kind as GoType, key);
}

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
      return holdsInteger(type.kind, value) ? value : undefined;
    }
  }
}

function keyText(type: GoType, value: unknown): string | undefined {
  switch (type.kind) {
    case "bool":
    case "string":
      return typeof value === "boolean" || typeof value === "string" ? String(value) : undefined;
    case "float32":
    case "float64":
      return typeof value === "number" && !Number.isNaN(value)
        ? Object.is(value, -0)
          ? "-0"
          : String(value)
        : undefined;
    default:
      return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
  }
}
