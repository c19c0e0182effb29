// The contract of a codec: session ids to cookie values and back.

/** How cookie values are made and how long they are good for. */
export interface CodecOptions {
  /** Seconds a value is accepted for; 0 accepts it for ever. Default 30 days. */
  maxAge?: number;
  /** Seconds a value has to be old before it is accepted. Default 0. */
  minAge?: number;
  /** The longest value, in bytes, written or read; 0 is no limit. Default 4096. */
  maxLength?: number;
  /** The time in Unix seconds; a bigint where a number would not be exact. Default: the system's clock. */
  now?: () => number | bigint;
  /** Makes the IV of an encrypted value. Default: the system's secure random numbers; only tests have another. */
  randomBytes?: (size: number) => Uint8Array;
}

/**
 * Why a value was not accepted. `"expired"`: signed by one of the keys, but its age is out of bounds. `"malformed"`: too long, not
 * of the form that `encode` writes, or signed and then not decryptable to an id. `"tampered"`: no key made this MAC for this name.
 * One key whose MAC is right decides, whatever the others say.
 */
export type Rejection = "expired" | "malformed" | "tampered";

/** What a good cookie value says. */
export interface Decoded {
  readonly id: string;
  /** Unix seconds of the encoding. */
  readonly issuedAt: number;
  /** The pair that verified it; above 0 an older one, so that the value should be encoded anew. */
  readonly keyIndex: number;
  readonly rejected?: undefined;
}

/** What is said of any other value. */
export interface Rejected {
  readonly rejected: Rejection;
}

/** Session ids to signed, and with an encryption key encrypted, cookie values and back. */
export interface Codec {
  /**
   * The value for a cookie of this very name. Bytes for an id that is not UTF-8, which only Go can read.
   *
   * @throws ConfigError if the value is over `maxLength`, the id is no Unicode text, or the first pair cannot be used.
   */
  encode(name: string, id: string | Uint8Array): string;

  /** What `value`, sent under `name`, holds. Whatever `value` is, it is answered, never thrown at. */
  decode(name: string, value: string): Decoded | Rejected;
}
