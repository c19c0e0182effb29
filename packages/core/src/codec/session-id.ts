// New session ids, and the form they have.
import { pooledRandomBytes } from "./random-pool.ts";

const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const ID_BYTES = 32;
const ID_LENGTH = 52;

/**
 * A new id: 256 random bits as 52 characters of base32 (RFC 4648, section 6) without padding.
 *
 * @see boj/redistore `Save`: `strings.TrimRight(base32.StdEncoding.EncodeToString(securecookie.GenerateRandomKey(32)), "=")`
 */
export function newSessionId(
  randomBytes: (size: number) => Uint8Array = pooledRandomBytes,
): string {
  const id = Buffer.allocUnsafe(ID_LENGTH);
  let [at, bits, pending] = [0, 0, 0];
  for (const byte of randomBytes(ID_BYTES)) {
    pending = ((pending << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5)
      id[at++] = ALPHABET[(pending >> (bits - 5)) & 31] as number;
  }
  id[at] = ALPHABET[(pending << (5 - bits)) & 31] as number;
  return id.toString("latin1");
}

/** Whether `id` has the form of an id that redistore, here or in Go, gives out: a check to make before it reaches Redis. */
export function isSessionId(id: string): boolean {
  return /^[A-Z2-7]{52}$/.test(id);
}
