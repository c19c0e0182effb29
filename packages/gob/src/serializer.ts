// The serializer for sessions in Go's encoding/gob.
import type { Serializer } from "@redistore/core";
import { type GobOptions, resolveOptions } from "./options.ts";
import { decodeSession, encodeSession } from "./session.ts";
import { readStream, writeStream } from "./stream.ts";

/**
 * Makes a serializer compatible with boj/redistore's GobSerializer: `gob.NewEncoder(w).Encode(session.Values)`.
 *
 * It writes whole numbers up to 2^53 as `int`, other numbers as `float64`, BigInts as `int64` (larger ones as `uint64`), strings,
 * booleans, null as nil, Uint8Array as `[]byte`, arrays as `[]interface{}`, plain objects as `map[string]interface{}`, Map as
 * `map[interface{}]interface{}`, Date as `time.Time` in UTC, and typed arrays as slices of their elements. Use `goValue` for any other
 * type. Values that were read are written back as the Go types they were read as.
 *
 * @example
 * const store = await createStore(keysFromEnv(), withURL(url), withSerializer(gobSerializer()));
 *
 * @throws TypeError for an unknown or invalid option. When reading and writing, GobError for bytes that are not a session and for
 * values that gob cannot represent.
 * @see boj/redistore GobSerializer
 */
export function gobSerializer(options: GobOptions = {}): Serializer {
  const resolved = resolveOptions("gobSerializer", options);
  return {
    serialize: (values) => writeStream(resolved, (encoder) => encodeSession(encoder, values)),
    deserialize: (bytes) => readStream(resolved, bytes, decodeSession),
  };
}
