// One pair of keys, made ready once: signs and encrypts the cookies of a codec by node:crypto.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import { ConfigError } from "../errors.ts";
import { checkKeyCount, keyBytes, keyProblem, warnOfWeakKey, type KeyPair } from "./keys.ts";

/** AES works on blocks of 16 bytes; the initialization vector (IV) is one of them. */
const IV_BYTES = 16;

/** HMAC-SHA256, and AES in counter mode where the pair has an encryption key. Keys are copied. */
export class PreparedPair {
  /** The position of the pair among all pairs, including those that cannot be used. */
  readonly keyIndex: number;
  // As KeyObjects: with a Buffer for a key, createHmac takes six times as long on Node 24.
  readonly #authentication: KeyObject;
  readonly #encryption: KeyObject | undefined;
  readonly #algorithm: string;

  constructor({ authentication, encryption }: KeyPair, keyIndex: number) {
    this.keyIndex = keyIndex;
    this.#authentication = createSecretKey(keyBytes(authentication));
    this.#encryption = encryption ? createSecretKey(keyBytes(encryption)) : undefined;
    this.#algorithm = `aes-${(this.#encryption?.symmetricKeySize ?? 0) * 8}-ctr`;
  }

  /** @see securecookie.go `createMac` */
  sign(message: string | Uint8Array): Buffer {
    return createHmac("sha256", this.#authentication).update(message).digest();
  }

  /** Whether `mac` is the MAC of `message`, in constant time. @see securecookie.go `verifyMac` */
  verify(message: Uint8Array, mac: Uint8Array): boolean {
    const expected = this.sign(message);
    return mac.length === expected.length && timingSafeEqual(mac, expected);
  }

  /** The IV and the encrypted bytes; without an encryption key, `bytes` itself. @see securecookie.go `encrypt` */
  encrypt(bytes: Buffer, randomBytes: (size: number) => Uint8Array): Buffer {
    if (!this.#encryption) return bytes;
    const iv = randomBytes(IV_BYTES);
    // Counter mode has no padding: `update` returns all bytes, and `final` would return none.
    return Buffer.concat([iv, createCipheriv(this.#algorithm, this.#encryption, iv).update(bytes)]);
  }

  /**
   * The reverse of `encrypt`; undefined if nothing follows the IV. Counter mode authenticates nothing: verify the MAC first.
   *
   * @see securecookie.go `decrypt`
   */
  decrypt(bytes: Buffer): Buffer | undefined {
    if (!this.#encryption) return bytes;
    if (bytes.length <= IV_BYTES) return undefined;
    const iv = bytes.subarray(0, IV_BYTES);
    return createDecipheriv(this.#algorithm, this.#encryption, iv).update(bytes.subarray(IV_BYTES));
  }
}

/**
 * The usable pairs of `keys`, in order. A process warning names each other pair.
 *
 * @throws ConfigError if no pair is usable
 */
export function preparePairs(keys: readonly KeyPair[]): [PreparedPair, ...PreparedPair[]] {
  checkKeyCount(keys);
  const prepared: PreparedPair[] = [];
  const problems: string[] = [];
  for (const [keyIndex, pair] of keys.entries()) {
    const problem = keyProblem(pair, keyIndex);
    if (problem === undefined) {
      warnOfWeakKey(pair, keyIndex);
      prepared.push(new PreparedPair(pair, keyIndex));
    } else {
      problems.push(problem);
    }
  }
  const [first, ...others] = prepared;
  if (first === undefined) throw new ConfigError(problems.join(" "));
  for (const problem of problems) {
    process.emitWarning(`${problem} Until then the pair is skipped.`, {
      type: "RedistoreWarning",
      code: "REDISTORE_UNUSABLE_KEY",
    });
  }
  return [first, ...others];
}
