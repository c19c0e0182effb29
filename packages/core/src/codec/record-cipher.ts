// Encrypts records by AES-256-GCM, under keys that are derived from the authentication keys of the store's pairs.
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { keyBytes, type KeyPair } from "./keys.ts";
import { pooledRandomBytes } from "./random-bytes.ts";

// An encrypted record is: marker, version and flags (1 byte each), nonce, tag, ciphertext, note, length of
// the note (1 byte). All but the ciphertext is in clear, and authenticated.

/** No serializer's output begins with it: JSON begins with text, Go's gob with a length that is not 0, structured clone with 0xff. */
const MARKER = Buffer.from("\0rse");
const VERSION = Buffer.from("1");
const HEADER_BYTES = MARKER.length + 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHERTEXT_AT = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
/** Names the purpose, so that the derived keys have nothing to do with the MACs of cookies. */
const PURPOSE = "redistore: records, AES-256-GCM, version 1";

/** A record that was decrypted. */
export interface Decrypted {
  readonly bytes: Buffer;
  /** What `encrypt` was given. */
  readonly flags: number;
  /** The position of the pair of keys that encrypted it. Above 0 it is an older pair. */
  readonly keyIndex: number;
}

/** What is stored in clear beside an encrypted record. */
export interface Beside {
  /** One byte. */
  readonly flags: number;
  /** A text of 255 bytes at most, without characters over U+00FF. */
  readonly note: string;
}

/** Whether `bytes` begin as an encrypted record, of any version. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return MARKER.equals(bytes.subarray(0, MARKER.length));
}

/** Encrypts with the first pair of keys, and decrypts with all of them. */
export class RecordCipher {
  readonly #keys: readonly KeyObject[];

  /** @param pairs usable pairs, at least one */
  constructor(pairs: readonly KeyPair[]) {
    this.#keys = pairs.map(({ authentication }) =>
      createSecretKey(
        Buffer.from(hkdfSync("sha256", keyBytes(authentication), "", PURPOSE, KEY_BYTES)),
      ),
    );
  }

  /**
   * Encrypts under a new random nonce.
   *
   * @param place where the record is stored: it cannot be decrypted in another place
   * @param beside what is stored beside it, authenticated and not encrypted
   */
  encrypt(bytes: Buffer, place: string, { flags, note }: Beside): Buffer {
    const header = Buffer.concat([MARKER, VERSION, Buffer.of(flags)]);
    const noted = Buffer.from(note, "latin1");
    const trailer = Buffer.concat([noted, Buffer.of(noted.length)]);
    const nonce = pooledRandomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#keys[0] as KeyObject, nonce);
    cipher.setAAD(associated(header, trailer, place));
    const ciphertext = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([header, nonce, cipher.getAuthTag(), ...ciphertext, trailer]);
  }

  /** Undefined if no key encrypted these bytes for this place, or if they were changed. */
  decrypt(stored: Buffer, place: string): Decrypted | undefined {
    const ciphertextEnd = stored.length - 1 - (stored.at(-1) ?? 0);
    if (!isEncrypted(stored) || ciphertextEnd < CIPHERTEXT_AT) return undefined;
    const trailer = stored.subarray(ciphertextEnd);
    const header = stored.subarray(0, HEADER_BYTES);
    const nonce = stored.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const tag = stored.subarray(HEADER_BYTES + NONCE_BYTES, CIPHERTEXT_AT);
    const ciphertext = stored.subarray(CIPHERTEXT_AT, ciphertextEnd);
    for (const [keyIndex, key] of this.#keys.entries()) {
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(associated(header, trailer, place)).setAuthTag(tag);
      const bytes = decipher.update(ciphertext);
      try {
        return {
          bytes: Buffer.concat([bytes, decipher.final()]),
          flags: header[HEADER_BYTES - 1] as number,
          keyIndex,
        };
      } catch {
        continue; // `final` verifies the tag. What was decrypted until then is dropped.
      }
    }
    return undefined;
  }
}

/** The header has a fixed length, and the trailer ends with its own, so no other three give the same bytes. */
function associated(header: Buffer, trailer: Buffer, place: string): Buffer {
  return Buffer.concat([header, Buffer.from(place), trailer]);
}
