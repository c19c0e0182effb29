// Reads and writes a stream with one value: the Encode and Decode of encoding/gob.
import { Decoder } from "./decode/decoder.ts";
import { decodeValue } from "./decode/value.ts";
import { Encoder } from "./encode/encoder.ts";
import { encodeValue } from "./encode/value.ts";
import { GobError } from "./errors.ts";
import { type GobOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { baseOf } from "./types/go-type.ts";

/**
 * Writes a value of any type, as `gob.NewEncoder(w).Encode(value)` does.
 *
 * @example
 * encodeGob("[]string", ["a", "b"]);
 *
 * @throws GobError with the path of a value that cannot be written; TypeError for a type that is not defined.
 */
export function encodeGob(type: string, value: unknown, options: GobOptions = {}): Uint8Array {
  const resolved = resolveOptions("encodeGob", options);
  const known = resolved.registry.type(type);
  return writeStream(resolved, (encoder) => {
    if (baseOf(known).kind === "interface")
      encoder.fail("an interface at the top, where gob sends the value in it: name its type");
    if (known.kind === "pointer" && (value === null || value === undefined))
      encoder.fail(`a nil ${known.text}, which gob cannot represent`);
    encoder.typeId(known);
    if (baseOf(known).kind !== "struct") encoder.uint(0);
    encodeValue(encoder, known, value);
  });
}

/**
 * Reads a value of any type, as `gob.NewDecoder(r).Decode(&value)` does. Bytes after the value are ignored.
 *
 * @example
 * decodeGob("[]string", bytes); // ["a", "b"]
 *
 * @throws GobError with the offset and path of bytes that cannot be read; TypeError for a type that is not defined.
 */
export function decodeGob(type: string, bytes: Uint8Array, options: GobOptions = {}): unknown {
  const resolved = resolveOptions("decodeGob", options);
  const known = resolved.registry.type(type);
  return readStream(resolved, bytes, (decoder) => {
    const at = decoder.pos;
    const id = decoder.topLevelId();
    const read = decoder.typeToRead(known, id, at);
    if (baseOf(read).kind !== "struct") decoder.zeroBeforeValue();
    return decodeValue(decoder, read, id);
  });
}

/** Writes a whole stream. */
export function writeStream(options: ResolvedOptions, write: (encoder: Encoder) => void): Buffer {
  return catchStackOverflow(() => {
    const { registry, limits } = options;
    const encoder = new Encoder({ registry, limits, ids: options.nextIds() });
    write(encoder);
    return encoder.finish();
  });
}

/** Reads a whole stream. */
export function readStream<Value>(
  options: ResolvedOptions,
  bytes: Uint8Array,
  read: (decoder: Decoder) => Value,
): Value {
  return catchStackOverflow(() => {
    const decoder = new Decoder(asBuffer(bytes), options);
    const value = read(decoder);
    decoder.finish();
    return value;
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// The default maxDepth fits a usual stack, but the caller may have used most of it already.
function catchStackOverflow<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      throw new GobError("nested too deep for the rest of the stack", "");
    }
    throw error;
  }
}
