// The settings that servers need in common to share sessions.
import { randomUUID } from "node:crypto";
import type { SeededRandom } from "../seeded-random.ts";

/** Identical on all servers that share sessions. */
export interface SharedSettings {
  readonly redisUrl: string;
  /** The key prefix in Redis. */
  readonly prefix: string;
  readonly cookie: string;
  readonly serializer: "gob" | "json";
  /** Authentication and encryption keys alternate, as in Go's `Keys`. A null encryption key means signing only. */
  readonly keys: readonly (Buffer | null)[];
}

/** Lengths of encryption keys in bytes (0 for none), with a name for each kind of pair. */
export const KEY_SIZES = [
  [0, "HMAC only"],
  [16, "AES-128"],
  [24, "AES-192"],
  [32, "AES-256"],
] as const;

/** Settings with a new key prefix. */
export function newSharedSettings(
  redisUrl: string,
  serializer: SharedSettings["serializer"],
  keys: SharedSettings["keys"],
): SharedSettings {
  return { redisUrl, prefix: `walk_${randomUUID()}_`, cookie: "session", serializer, keys };
}

/** One random key pair. */
export function randomPair(random: SeededRandom, encryptionBytes: number): (Buffer | null)[] {
  const bytes = (size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, () => random.below(256)));
  return [bytes(64), encryptionBytes ? bytes(encryptionBytes) : null];
}
