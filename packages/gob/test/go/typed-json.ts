// Typed JSON, in which tests and the Go program describe values with their Go types: to values of this package and back.
import {
  Complex,
  type GoType,
  GoValue,
  type GobRegistry,
  fromGoKey,
  goKey,
  goTime,
  goTimeOf,
  goTypeAt,
  goTypeOf,
  goValue,
} from "../../src/index.ts";

/** A value in typed JSON. test/interop/gob/typed.go has the members of each type. */
export interface Typed {
  t: string;
  v?: string | boolean;
  b64?: string;
  bits?: string;
  re?: string;
  im?: string;
  items?: Typed[];
  kv?: [Typed, Typed][];
  fields?: Record<string, Typed>;
  ptr?: Typed | null;
  nilPtr?: boolean;
  sec?: string;
  nsec?: number;
  offset?: number;
  utc?: boolean;
  nil?: boolean;
}

/** The values of a session. */
export function sessionFrom({ kv = [] }: Typed, registry: GobRegistry): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, value] of kv) {
    const property = goKey(plainString(key) ?? fromTyped(key), registry);
    Object.defineProperty(values, property, {
      value: fromTyped(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return values;
}

/** A value in which every part is a GoValue. */
export function fromTyped(typed: Typed): unknown {
  return typed.t === "nil" ? null : goValue(spelled(typed.t), content(typed));
}

// reflect prints only the last part of an import path; the registry needs all of it.
function spelled(type: string): string {
  return type.replaceAll("netip.Addr", "net/netip.Addr").replaceAll("big.Int", "math/big.Int");
}

function content(typed: Typed): unknown {
  const { t } = typed;
  if (typed.nilPtr) return null;
  if (typed.ptr !== undefined) return typed.ptr && fromTyped(typed.ptr);
  if (t === "time.Time") {
    const { sec = "0", nsec = 0, offset = 0, utc } = typed;
    return goTime({ seconds: BigInt(sec), nanoseconds: nsec, offset: utc ? undefined : offset });
  }
  if (typed.items) return typed.items.map(fromTyped);
  if (typed.fields)
    return Object.fromEntries(
      Object.entries(typed.fields).map(([name, field]) => [name, fromTyped(field)]),
    );
  if (typed.kv) return typed.nil ? null : mapFrom(typed);
  if (typed.b64 !== undefined) return new Uint8Array(Buffer.from(typed.b64, "base64"));
  if (typed.re !== undefined && typed.im !== undefined)
    return Complex.fromBits(BigInt(`0x${typed.re}`), BigInt(`0x${typed.im}`));
  if (t === "float32" || t === "float64") return floatFrom(typed);
  if (t === "netip.Addr") return typed.v || null;
  return /^u?int|Level$|big.Int$/.test(t) ? BigInt(typed.v as string) : typed.v;
}

function mapFrom({ t, kv = [] }: Typed): unknown {
  const pairs = kv.map(
    ([key, value]) => [plainString(key) ?? fromTyped(key), fromTyped(value)] as const,
  );
  return t.startsWith("map[string]") && pairs.every(([key]) => typeof key === "string")
    ? Object.fromEntries(pairs)
    : new Map(pairs);
}

function plainString(typed: Typed): string | undefined {
  return typed.t === "string" && typeof typed.v === "string" ? typed.v : undefined;
}

function floatFrom({ v, bits }: Typed): number | Uint8Array {
  if (bits === undefined) return Number(v);
  const bytes = Buffer.from(bits, "hex");
  const value = bytes.readDoubleBE();
  return Number.isNaN(value) ? new Uint8Array(bytes) : value;
}

/** The result of `deserialize` in typed JSON. */
export function typedSession(values: Record<string, unknown>, registry: GobRegistry): Typed {
  const kv = Object.keys(values).map((property): [Typed, Typed] => [
    toTyped(fromGoKey(property, registry), undefined, registry),
    toTyped(values[property], goTypeAt(values, property, registry), registry),
  ]);
  return { t: "map[interface {}]interface {}", kv };
}

export function toTyped(value: unknown, type: GoType | undefined, registry: GobRegistry): Typed {
  const known = type ?? goTypeOf(value, registry);
  if (!known) throw new TypeError("no Go type");
  if (value instanceof GoValue) {
    return toTyped(
      value.value,
      known.kind === "interface" ? goTypeOf(value, registry) : known,
      registry,
    );
  }
  const t = known.string;
  const inner = (key: unknown, each: unknown): Typed =>
    toTyped(each, goTypeAt(value as object, key, registry), registry);
  switch (known.kind) {
    case "pointer":
      return { t, ptr: value === null ? null : toTyped(value, known.elem, registry) };
    case "interface":
      return value === null || value === undefined
        ? { t: "nil" }
        : toTyped(value, undefined, registry);
    case "bool":
      return { t, v: value as boolean };
    case "string":
      return typeof value === "string"
        ? { t, v: value }
        : { t, b64: Buffer.from(value as Uint8Array).toString("base64") };
    case "float32":
    case "float64":
      return { t, bits: floatBits(value, known.kind) };
    case "complex64":
    case "complex128": {
      const [re, im] = (value as Complex).bits;
      return { t, re: hex(re), im: hex(im) };
    }
    case "bytes": {
      const b64 = Buffer.from(value as Uint8Array).toString("base64");
      return b64 === "" ? { t, b64, nil: true } : { t, b64 };
    }
    case "slice": {
      const items = (value as unknown[]).map((each, index) => inner(index, each));
      return items.length === 0 ? { t, items, nil: true } : { t, items };
    }
    case "array":
      return {
        t,
        items: Array.from(value as ArrayLike<unknown>, (each, index) => inner(index, each)),
      };
    case "map": {
      if (value === null) return { t, kv: [], nil: true };
      const entries: [unknown, unknown][] =
        value instanceof Map ? [...value] : Object.entries(value as object);
      return {
        t,
        kv: entries.map(([key, each]) => [
          toTyped(key, keyType(key, known.key), registry),
          inner(key, each),
        ]),
      };
    }
    case "struct": {
      const fields = Object.entries(value as object).map(
        ([name, each]) => [name, inner(name, each)] as const,
      );
      return { t, fields: Object.fromEntries(fields) };
    }
    case "opaque":
      return known.text === "time.Time"
        ? typedTime(value as Date)
        : { t, v: ((value ?? "") as string | bigint).toString() };
    default:
      return { t, v: String(value) };
  }
}

function keyType(key: unknown, declared: GoType): GoType | undefined {
  return declared.kind === "interface" || key instanceof GoValue ? undefined : declared;
}

function typedTime(date: Date): Typed {
  const { seconds, nanoseconds, offset } = goTimeOf(date);
  return {
    t: "time.Time",
    sec: String(seconds),
    nsec: nanoseconds,
    offset: offset ?? 0,
    utc: offset === undefined,
  };
}

function floatBits(value: unknown, kind: string): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Number.isNaN(value)) return kind === "float32" ? "7ff8000000000000" : "7ff8000000000001";
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value as number);
  return bytes.toString("hex");
}

function hex(bits: bigint): string {
  return bits.toString(16).padStart(16, "0");
}

/** A text that is equal for equal values: maps are sorted, and redundant members left out. */
export function canonical(typed: Typed): string {
  return JSON.stringify(sorted(typed));
}

function sorted(typed: Typed): unknown {
  const { t, ptr, nilPtr, items, kv, fields, nil, bits, b64, re, im, sec, nsec, offset, utc } =
    typed;
  if (ptr !== undefined || nilPtr) return { t, ptr: ptr ? sorted(ptr) : null };
  if (items) return { t, items: items.map(sorted), nil: nil || undefined };
  if (kv) {
    const byKey = new Map(kv.map(([key, value]) => [canonical(key), value]));
    return {
      t,
      kv: [...byKey.keys()].toSorted().map((key) => [key, sorted(byKey.get(key) as Typed)]),
      nil,
    };
  }
  if (fields)
    return {
      t,
      fields: Object.keys(fields)
        .toSorted()
        .map((name) => [name, sorted(fields[name] as Typed)]),
    };
  if (bits !== undefined) return { t, bits };
  if (b64 !== undefined) return { t, b64, nil: nil || undefined };
  if (re !== undefined) return { t, re, im };
  if (sec !== undefined) return { t, sec, nsec: nsec ?? 0, offset: offset ?? 0, utc: utc ?? false };
  return { t, v: typed.v };
}
