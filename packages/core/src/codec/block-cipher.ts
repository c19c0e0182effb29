// AES in counter mode under one key (NIST SP 800-38A, section 6.5), with the IV in front of the ciphertext.
import { type Cipher, createCipheriv } from "node:crypto";

const BLOCK_BYTES = 16;

/** Encrypts and decrypts. Matches `encrypt` and `decrypt` of securecookie.go; the key (16, 24 or 32 bytes) is copied. */
export class BlockCipher {
  /** The bare block function, which keeps nothing from one block to the next: a cipher object for each cookie costs three times as much. */
  readonly #aes: Cipher;

  constructor(key: Uint8Array) {
    this.#aes = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  }

  /** `randomBytes` makes the IV, which must never repeat under one key. */
  encrypt(bytes: Uint8Array, randomBytes: (size: number) => Uint8Array): Buffer {
    const result = Buffer.allocUnsafe(BLOCK_BYTES + bytes.length);
    const iv = randomBytes(BLOCK_BYTES);
    result.set(iv);
    this.#applyStream(iv, bytes, result.subarray(BLOCK_BYTES));
    return result;
  }

  /** `undefined` where no byte follows the IV. Whether the key was the right one shows only in what comes out. */
  decrypt(bytes: Buffer): Buffer | undefined {
    if (bytes.length <= BLOCK_BYTES) return undefined;
    const result = Buffer.allocUnsafe(bytes.length - BLOCK_BYTES);
    this.#applyStream(bytes.subarray(0, BLOCK_BYTES), bytes.subarray(BLOCK_BYTES), result);
    return result;
  }

  /** Encryption and decryption are the same: an exclusive or with the encrypted counters. */
  #applyStream(iv: Uint8Array, from: Uint8Array, to: Uint8Array): void {
    const counters = Buffer.allocUnsafe(Math.ceil(from.length / BLOCK_BYTES) * BLOCK_BYTES);
    for (let at = 0; at < counters.length; at += BLOCK_BYTES) {
      if (at === 0) counters.set(iv);
      else increment(counters.copyWithin(at, at - BLOCK_BYTES, at), at);
    }
    const stream = this.#aes.update(counters);
    for (let at = 0; at < from.length; at++) to[at] = (from[at] as number) ^ (stream[at] as number);
  }
}

/** The counter at `start`: one number of 128 bits, most significant byte first, which begins anew after its highest value. */
function increment(counters: Uint8Array, start: number): void {
  for (let at = start + BLOCK_BYTES - 1; at >= start; at--) {
    counters[at] = (counters[at] as number) + 1;
    if (counters[at] !== 0) return;
  }
}
