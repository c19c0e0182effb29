// The contract of a codec: session ids to cookie values and back.

/** How cookie values are made, and how long they are valid. */
export interface CodecOptions {
  /** Seconds for which a value is accepted; 0 is without end. Default 30 days. */
  maxAge?: number;
  /** Seconds before which a value is not accepted. Default 0. */
  minAge?: number;
  /** The longest value to write or read, in bytes; 0 is no limit. Default 4096. */
  maxLength?: number;
  /** The time in Unix seconds; a bigint where a number would not be exact. Default: the system's clock. */
  now?: () => number | bigint;
  /** Makes the initialization vector of an encrypted value. Only for tests. Default: secure random bytes of node:crypto. */
  randomBytes?: (size: number) => Uint8Array;
}

/**
 * Why a value was not accepted. `"tampered"`: no key made its MAC for this cookie name. `"expired"`: the MAC is right, but the value is
 * too old (or too new). `"malformed"`: too long, not in the form that `encode` writes, or the MAC is right and the rest cannot be
 * decrypted to an id. If several keys disagree, the reason comes from a key whose MAC is right.
 */
export type Rejection = "expired" | "malformed" | "tampered";

/** The content of a valid cookie value. */
export interface Decoded {
  readonly id: string;
  /** When the value was encoded, in Unix seconds. */
  readonly issuedAt: number;
  /** The position of the pair of keys that verified it. Above 0 it is an older pair, and the value should be encoded again. */
  readonly keyIndex: number;
  readonly rejected?: undefined;
}

/** The result for an invalid cookie value. */
export interface Rejected {
  readonly rejected: Rejection;
}

/** Session ids to cookie values that are signed and, with an encryption key, encrypted; and back. */
export interface Codec {
  /**
   * Makes the value of the cookie `name`; under another name it is not valid. Bytes are for ids that are not UTF-8, which only Go can read.
   *
   * @throws ConfigError if the value is longer than `maxLength`, the id is not Unicode text, or the first pair of keys is not usable
   */
  encode(name: string, id: string | Uint8Array): string;

  /** Decodes the value of the cookie `name`. No value makes it throw. */
  decode(name: string, value: string): Decoded | Rejected;
}
