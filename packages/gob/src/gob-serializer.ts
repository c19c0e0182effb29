// Go's encoding/gob as a serializer for sessions.
import type { Serializer } from "@redistore/core";
import { decodeValue } from "./decode-value.ts";
import { Decoder, type DecoderOptions } from "./decoder.ts";
import { encodeValue } from "./encode-value.ts";
import { Encoder } from "./encoder.ts";
import { GobError } from "./gob-error.ts";
import { baseOf } from "./go-type.ts";
import { type GobLimits, resolveLimits } from "./limits.ts";
import { GobRegistry } from "./registry.ts";
import { decodeSession, encodeSession } from "./session.ts";
import { TypeIds } from "./type-table.ts";

export interface GobOptions {
  /** The Go types that interface values may hold, beside Go's basics. Default: a registry of its own, with the basics alone. */
  registry?: GobRegistry;
  /**
   * The first type id that is written. Default 65, as Go up to 1.20 writes; from 1.21 on it writes 64. Every Go reads either, and
   * so does this; it matters only to those who compare bytes.
   */
  firstId?: number;
  /** In place of `firstId`: ids that go on from one value to the next, as they do in one Go process. */
  typeIds?: TypeIds;
  /**
   * What to do with an interface value of a type that is not registered: `"error"` (the default, as Go), or `"keep"` it: read by its
   * definition, and written back as it was. For a service that passes on what it does not know.
   */
  unregistered?: "error" | "keep";
  /**
   * Refuse also what Go reads and no Go program writes: one key twice, lengths of interface values that are wrong, bytes after the
   * value; and strings that are no UTF-8, which Go programs can write. Default false.
   */
  strict?: boolean;
  limits?: Partial<GobLimits>;
}

/**
 * A serializer that reads and writes what boj/redistore's GobSerializer does: `gob.NewEncoder(w).Encode(session.Values)`.
 *
 * Written: whole numbers up to 2^53 as `int`, other numbers as `float64`, BigInts as `int64` (`uint64` beyond it), strings, booleans,
 * null as nil, Uint8Array as `[]byte`, arrays as `[]interface{}`, plain objects as `map[string]interface{}`, Map as
 * `map[interface{}]interface{}`, Date as `time.Time` in UTC, typed arrays as slices of their element. For anything else, `goValue`.
 * What was read is written back as the Go type that it was.
 *
 * @throws GobError when reading bytes that are no such value, or writing one that gob cannot carry.
 * @see boj/redistore GobSerializer
 */
export function gobSerializer(options: GobOptions = {}): Serializer {
  const context = contextOf(options);
  return {
    serialize: (values) => encodeSession(new Encoder({ ...context, ids: context.ids() }), values),
    deserialize: (bytes) => guarded(new Decoder(asBuffer(bytes), context), decodeSession),
  };
}

/**
 * `gob.NewEncoder(w).Encode(value)`, for any one value: `encodeGob("[]string", ["a", "b"])`.
 *
 * @throws GobError with the path of what cannot be written.
 */
export function encodeGob(type: string, value: unknown, options: GobOptions = {}): Uint8Array {
  const context = contextOf(options);
  const known = context.registry.type(type);
  const e = new Encoder({ ...context, ids: context.ids() });
  if (baseOf(known).kind === "interface")
    e.fail("an interface at the top, where gob sends what is in it: name that type");
  if (known.kind === "pointer" && (value === null || value === undefined))
    e.fail(`a nil ${known.text}`);
  e.typeId(known);
  if (baseOf(known).kind !== "struct") e.uint(0);
  encodeValue(e, known, value);
  return e.finish();
}

/**
 * `gob.NewDecoder(r).Decode(&value)`, for a value of any one type.
 *
 * @throws GobError with the offset and the path of what cannot be read.
 */
export function decodeGob(type: string, bytes: Uint8Array, options: GobOptions = {}): unknown {
  const context = contextOf(options);
  const known = context.registry.type(type);
  return guarded(new Decoder(asBuffer(bytes), context), (d) => {
    const id = d.firstId();
    const type = d.expect(known, id, d.pos);
    if (baseOf(type).kind !== "struct") d.singleton();
    const value = decodeValue(d, type, id);
    d.finish();
    return value;
  });
}

interface Context extends DecoderOptions {
  readonly ids: () => TypeIds;
}

function contextOf(options: GobOptions): Context {
  const {
    registry = new GobRegistry(),
    firstId = 65,
    typeIds,
    unregistered = "error",
    strict = false,
  } = options;
  const first = typeIds ?? new TypeIds(firstId);
  const ids = typeIds ? () => first : () => new TypeIds(firstId);
  return { registry, unregistered, strict, limits: resolveLimits(options.limits), ids };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// The limit on depth fits a usual stack; a caller that is deep in its own may leave less of it.
function guarded<Value>(d: Decoder, read: (d: Decoder) => Value): Value {
  try {
    return read(d);
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message))
      throw new GobError("nested too deep for the stack", "", d.pos);
    throw error;
  }
}
