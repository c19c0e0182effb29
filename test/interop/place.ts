// What servers have to agree on to share sessions.
import { randomUUID } from "node:crypto";
import type { SeededRandom } from "../seeded-random.ts";

/** The same for all servers of one set of sessions. */
export interface Place {
  readonly redisUrl: string;
  /** Of the keys in Redis. */
  readonly prefix: string;
  readonly cookie: string;
  readonly serializer: "gob" | "json";
  /** Authentication and encryption keys in turn, as Go's `Keys` takes them; null signs only. */
  readonly keys: readonly (Buffer | null)[];
}

/** The bytes of an encryption key, 0 for none, with a name for the pair. */
export const KEY_SIZES = [
  [0, "HMAC only"],
  [16, "AES-128"],
  [24, "AES-192"],
  [32, "AES-256"],
] as const;

/** A place of its own in Redis. */
export function newPlace(
  redisUrl: string,
  serializer: Place["serializer"],
  keys: Place["keys"],
): Place {
  return { redisUrl, prefix: `walk_${randomUUID()}_`, cookie: "session", serializer, keys };
}

/** One pair. */
export function randomPair(random: SeededRandom, encryptionBytes: number): (Buffer | null)[] {
  const bytes = (size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, () => random.below(256)));
  return [bytes(64), encryptionBytes ? bytes(encryptionBytes) : null];
}
