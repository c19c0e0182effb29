// AES in counter mode under one key, with the IV in front of the ciphertext.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";

const IV_BYTES = 16;

/** Encrypts and decrypts. Matches `encrypt` and `decrypt` of securecookie.go; the key (16, 24 or 32 bytes) is copied. */
export class BlockCipher {
  readonly #algorithm: string;
  readonly #key: KeyObject;

  constructor(key: Uint8Array) {
    this.#algorithm = `aes-${key.length * 8}-ctr`;
    this.#key = createSecretKey(key);
  }

  /** `randomBytes` makes the IV, which must never repeat under one key. */
  encrypt(bytes: Uint8Array, randomBytes: (size: number) => Uint8Array): Buffer {
    const iv = randomBytes(IV_BYTES);
    return Buffer.concat([iv, createCipheriv(this.#algorithm, this.#key, iv).update(bytes)]);
  }

  /** `undefined` where no byte follows the IV. Whether the key was the right one shows only in what comes out. */
  decrypt(bytes: Buffer): Buffer | undefined {
    if (bytes.length <= IV_BYTES) return undefined;
    const iv = bytes.subarray(0, IV_BYTES);
    return createDecipheriv(this.#algorithm, this.#key, iv).update(bytes.subarray(IV_BYTES));
  }
}
