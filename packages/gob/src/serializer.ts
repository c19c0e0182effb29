// Go's encoding/gob as a serializer for sessions.
import type { Serializer } from "@redistore/core";
import { type GobOptions, contextOf } from "./options.ts";
import { decoded, encoded } from "./stream.ts";
import { decodeSession, encodeSession } from "./session.ts";

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
    serialize: (values) => encoded(context, (e) => encodeSession(e, values)),
    deserialize: (bytes) => decoded(context, bytes, decodeSession),
  };
}
