// New session ids, in the form of Go's.
import { pooledRandomBytes } from "./random-bytes.ts";

const ALPHABET = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
const RANDOM_BYTES = 32;
const ID_LENGTH = 52;

/**
 * A new id: 256 random bits as 52 characters of base32 (RFC 4648, section 6) without padding.
 *
 * @param random for tests; the source of the random bytes
 * @see boj/redistore `Save`: `strings.TrimRight(base32.StdEncoding.EncodeToString(securecookie.GenerateRandomKey(32)), "=")`
 */
export function newSessionId(random: (size: number) => Uint8Array = pooledRandomBytes): string {
  const id = Buffer.allocUnsafe(ID_LENGTH);
  let [length, bits, pending] = [0, 0, 0];
  for (const byte of random(RANDOM_BYTES)) {
    pending = ((pending << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) {
      id[length++] = ALPHABET[(pending >> (bits - 5)) & 31] as number;
    }
  }
  id[length] = ALPHABET[(pending << (5 - bits)) & 31] as number;
  return id.toString("latin1");
}
