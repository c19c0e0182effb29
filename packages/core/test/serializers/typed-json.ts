// Converts the typed JSON of the vectors (each value with its Go type) to JavaScript values.

/** One value; see the vectors' own note for which members go with which kind. */
export interface Typed {
  readonly t: string;
  readonly v?: string | boolean;
  readonly b64?: string;
  /** The bits of a 64-bit float, in hex. */
  readonly bits?: string;
  readonly items?: readonly Typed[];
  readonly kv?: readonly (readonly [Typed, Typed])[];
}

/** A value as Go's encoding/json decodes it into an interface. */
export function fromTyped({ t, v, b64, bits, items, kv }: Typed): unknown {
  if (t === "nil") return null;
  if (kv) return fromPairs(kv);
  if (items) return items.map(fromTyped);
  if (t === "float64") return new DataView(bytesOf(bits ?? "")).getFloat64(0);
  if (t === "string") return b64 === undefined ? v : Buffer.from(b64, "base64").toString();
  if (t === "bool") return v;
  throw new Error(`No ${t} comes out of JSON.`);
}

function fromPairs(pairs: readonly (readonly [Typed, Typed])[]): object {
  const object: object = {};
  for (const [key, value] of pairs) {
    // As data, also under "__proto__".
    Object.defineProperty(object, fromTyped(key) as string, {
      value: fromTyped(value),
      enumerable: true,
    });
  }
  return object;
}

function bytesOf(hex: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(hex, "hex")).buffer;
}
