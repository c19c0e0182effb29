// The codec of gorilla/securecookie: cookie values that are signed and, with an encryption key, encrypted.
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Codec, CodecOptions, Decoded, Rejected } from "./codec.ts";
import { decodeGobString, encodeGobString } from "./gob-string.ts";
import type { KeyPair } from "./keys.ts";
import { preparePairs, type PreparedPair } from "./prepared-pair.ts";
import { pooledRandomBytes } from "./random-bytes.ts";
import { parseTimestamp, subtract, wholeSeconds, type UnixSeconds } from "./timestamp.ts";
import { VerifiedCookies } from "./verified-cookies.ts";

const DEFAULT_MAX_AGE_SECONDS = 30 * 86_400;
const DEFAULT_MAX_LENGTH = 4096;
const PIPE = 0x7c;

const OPTION_NAMES: readonly (keyof CodecOptions)[] = [
  "maxAge",
  "minAge",
  "maxLength",
  "now",
  "randomBytes",
];

const EXPIRED: Rejected = Object.freeze({ rejected: "expired" });
const MALFORMED: Rejected = Object.freeze({ rejected: "malformed" });
const TAMPERED: Rejected = Object.freeze({ rejected: "tampered" });

/**
 * Creates a codec. The first pair of keys encodes; all pairs decode, in order. An unusable pair is skipped with a process warning, as
 * Go skips a codec that has an error. Encoding never falls back to an older pair.
 *
 * ```ts
 * const codec = createCodec(keysFromEnv());
 * const value = codec.encode("session", id);
 * codec.decode("session", value); // { id, issuedAt, keyIndex: 0 }
 * ```
 *
 * @throws ConfigError if no pair is usable, an option is unknown, or a limit is not a whole number
 * @see gorilla/securecookie `CodecsFromPairs`, `EncodeMulti`, `DecodeMulti`
 */
export function createCodec(keys: readonly KeyPair[], options: CodecOptions = {}): Codec {
  checkOptionNames("createCodec", options, OPTION_NAMES);
  return new SecureCookieCodec(keys, options);
}

class SecureCookieCodec implements Codec {
  readonly #pairs: readonly [PreparedPair, ...PreparedPair[]];
  readonly #maxAge: number;
  readonly #minAge: number;
  readonly #maxLength: number;
  readonly #now: () => UnixSeconds;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #verified = new VerifiedCookies();

  constructor(keys: readonly KeyPair[], options: CodecOptions) {
    this.#pairs = preparePairs(keys);
    this.#maxAge = checkWhole("maxAge", options.maxAge ?? DEFAULT_MAX_AGE_SECONDS);
    this.#minAge = checkWhole("minAge", options.minAge ?? 0);
    this.#maxLength = checkWhole("maxLength", options.maxLength ?? DEFAULT_MAX_LENGTH, 0);
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#randomBytes = options.randomBytes ?? pooledRandomBytes;
  }

  // The numbered steps are those of securecookie.go.
  encode(name: string, id: string | Uint8Array): string {
    const [pair] = this.#pairs;
    if (pair.keyIndex !== 0) {
      throw new ConfigError(
        "The first pair of keys cannot be used (a process warning said why), and older pairs only decode.",
      );
    }
    // 1. Serialize.
    const gob = encodeGobString(encodeUtf8(id));
    // 2. Encrypt (optional).
    const payload = encodeBase64(pair.encrypt(gob, this.#randomBytes));
    // 3. Create MAC for "name|date|value".
    const signed = `${wholeSeconds(this.#now())}|${payload}`;
    const mac = pair.sign(`${name}|${signed}`);
    // 4. Encode to base64.
    const value = encodeBase64(Buffer.concat([Buffer.from(`${signed}|`, "latin1"), mac]));
    // 5. Check length.
    if (this.#maxLength !== 0 && value.length > this.#maxLength) {
      throw new ConfigError(
        `The value of cookie "${name}" is ${value.length} bytes long, over the maximum of ${this.#maxLength}. Raise maxLength of the codec, or use shorter ids.`,
      );
    }
    return value;
  }

  decode(name: string, value: string): Decoded | Rejected {
    // 1. Check length.
    if (this.#maxLength !== 0 && value.length > this.#maxLength) return MALFORMED;
    const verified = this.#verified.get(name, value);
    if (verified !== undefined) return this.#isInTime(verified.issuedAt) ? verified : EXPIRED;
    // 2. Decode from base64.
    const bytes = decodeBase64(value);
    if (bytes === undefined) return MALFORMED;
    // 3. Verify MAC. The bytes are "date|value|mac": split at the first two pipes, because a MAC can contain more.
    const first = bytes.indexOf(PIPE);
    const second = first === -1 ? -1 : bytes.indexOf(PIPE, first + 1);
    if (second === -1) return MALFORMED;
    const message = Buffer.concat([Buffer.from(`${name}|`), bytes.subarray(0, second)]);
    const mac = bytes.subarray(second + 1);
    let rejected: Rejected = TAMPERED;
    for (const pair of this.#pairs) {
      if (!pair.verify(message, mac)) continue;
      const date = bytes.toString("latin1", 0, first);
      const result = this.#open(pair, date, bytes.toString("latin1", first + 1, second));
      if (result.rejected === undefined) {
        // `issuedAt` has lost precision beyond 2^53, so the age of such a cookie is computed from the cookie each time.
        if (Number.isSafeInteger(result.issuedAt)) {
          // A new string: `value` may be a slice that keeps the whole Cookie header in memory.
          this.#verified.add(name, encodeBase64(bytes), result);
        }
        return result;
      }
      rejected = result;
    }
    return rejected;
  }

  /** Steps 4 to 6. Nothing is parsed before its MAC is verified. */
  #open(pair: PreparedPair, date: string, value: string): Decoded | Rejected {
    // 4. Verify date ranges.
    const issued = parseTimestamp(date);
    if (issued === undefined) return MALFORMED;
    if (!this.#isInTime(issued)) return EXPIRED;
    // 5. Decrypt (optional).
    const payload = decodeBase64(value);
    const gob = payload && pair.decrypt(payload);
    // 6. Deserialize.
    const id = gob && decodeGobString(gob);
    if (id === undefined) return MALFORMED;
    return Object.freeze({ id, issuedAt: Number(issued), keyIndex: pair.keyIndex });
  }

  /** As in Go, both limits are inclusive, and a time in the future is not too old. */
  #isInTime(issued: UnixSeconds): boolean {
    if (this.#minAge === 0 && this.#maxAge === 0) return true;
    const now = wholeSeconds(this.#now());
    if (this.#minAge !== 0 && issued > subtract(now, this.#minAge)) return false;
    return this.#maxAge === 0 || issued >= subtract(now, this.#maxAge);
  }
}

/** Encodes as Go's `base64.URLEncoding`: URL-safe alphabet, padded with `=`. */
export function encodeBase64(bytes: Buffer): string {
  return bytes.toString("base64url") + "=".repeat((3 - (bytes.length % 3)) % 3);
}

/**
 * Decodes only what {@link encodeBase64} writes. Undefined for missing padding, another alphabet, stray trailing bits, CR or LF. Go
 * accepts the last two, which gives one signed value many spellings; here each value has one.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  // Node ignores characters that are not in the alphabet, so only the canonical spelling encodes to the same text again.
  return encodeBase64(bytes) === text ? bytes : undefined;
}

function encodeUtf8(id: string | Uint8Array): Uint8Array {
  if (typeof id !== "string") return id;
  if (!id.isWellFormed()) {
    throw new ConfigError(
      "The session id contains half a surrogate pair, which UTF-8 cannot represent. Use an id of valid Unicode text.",
    );
  }
  return Buffer.from(id);
}

/** A limit of NaN would reject nothing. */
function checkWhole(name: string, value: number, minimum = -Infinity): number {
  if (Number.isInteger(value) && value >= minimum) return value;
  throw new ConfigError(
    `createCodec: ${name} is ${String(value)}. It has to be a whole number${minimum === 0 ? ", 0 or more" : ""}; 0 means no limit.`,
  );
}
