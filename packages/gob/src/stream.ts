// One stream with one value in it: encoding/gob's Encode and Decode.
import { decodeValue } from "./decode/value.ts";
import { Decoder } from "./decode/decoder.ts";
import { encodeValue } from "./encode/value.ts";
import { Encoder } from "./encode/encoder.ts";
import { GobError } from "./errors.ts";
import { type GobContext, type GobOptions, contextOf } from "./options.ts";
import { baseOf } from "./types/go-type.ts";

/**
 * `gob.NewEncoder(w).Encode(value)`, for a value of any one type: `encodeGob("[]string", ["a", "b"])`.
 *
 * @throws GobError with the path of what cannot be written, TypeError for a type that is not defined.
 */
export function encodeGob(type: string, value: unknown, options: GobOptions = {}): Uint8Array {
  const context = contextOf(options);
  const known = context.registry.type(type);
  return encoded(context, (e) => {
    if (baseOf(known).kind === "interface")
      e.fail("an interface at the top, where gob sends what is in it: name that type");
    if (known.kind === "pointer" && (value === null || value === undefined))
      e.fail(`a nil ${known.text}`);
    e.typeId(known);
    if (baseOf(known).kind !== "struct") e.uint(0);
    encodeValue(e, known, value);
  });
}

/**
 * `gob.NewDecoder(r).Decode(&value)`, for a value of any one type. What follows it is not read.
 *
 * @throws GobError with the offset and the path of what cannot be read, TypeError for a type that is not defined.
 */
export function decodeGob(type: string, bytes: Uint8Array, options: GobOptions = {}): unknown {
  const context = contextOf(options);
  const known = context.registry.type(type);
  return decoded(context, bytes, (d) => {
    const at = d.pos;
    const id = d.firstId();
    const expected = d.expect(known, id, at);
    if (baseOf(expected).kind !== "struct") d.singleton();
    return decodeValue(d, expected, id);
  });
}

/** Writes a whole stream. */
export function encoded(context: GobContext, write: (e: Encoder) => void): Buffer {
  return guarded(() => {
    const e = new Encoder({ ...context, ids: context.ids() });
    write(e);
    return e.finish();
  });
}

/** Reads a whole stream. */
export function decoded<Value>(
  context: GobContext,
  bytes: Uint8Array,
  read: (d: Decoder) => Value,
): Value {
  return guarded(() => {
    const d = new Decoder(asBuffer(bytes), context);
    const value = read(d);
    d.finish();
    return value;
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// The limit on depth fits a usual stack; a caller that is deep in its own may leave less of it.
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      throw new GobError("nested too deep for what is left of the stack", "");
    }
    throw error;
  }
}
