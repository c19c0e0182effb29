// The codec of gorilla/securecookie: signed, and with an encryption key encrypted, cookie values.
import { toUSVString } from "node:util";
import { pooledRandomBytes } from "./random-pool.ts";
import { ConfigError } from "../errors.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Codec, CodecOptions, Decoded, Rejected } from "./codec.ts";
import { decodeGobString, encodeGobString } from "./gob-string.ts";
import type { KeyPair } from "./keys.ts";
import { MAC_BYTES, MAC_HEADROOM } from "./mac.ts";
import { preparePairs, type PreparedPair } from "./prepared-pair.ts";
import { parseTimestamp, subtract, wholeSeconds, type Seconds } from "./timestamp.ts";
import { VerifiedCookies } from "./verified-cookies.ts";

const DEFAULT_MAX_AGE = 30 * 86_400;
const DEFAULT_MAX_LENGTH = 4096;
const PIPE = 0x7c;

const EXPIRED: Rejected = Object.freeze({ rejected: "expired" });
const MALFORMED: Rejected = Object.freeze({ rejected: "malformed" });
const TAMPERED: Rejected = Object.freeze({ rejected: "tampered" });

/**
 * Makes a codec. The first pair of keys encodes, all of them decode, in order. A pair that cannot be used is passed over with a process
 * warning, as Go passes over a codec that has an error, but encoding never falls through to an older pair.
 *
 * @throws ConfigError if no pair can be used, or an option is no whole number.
 * @see gorilla/securecookie `CodecsFromPairs`, `EncodeMulti`, `DecodeMulti`
 */
export function createCodec(keys: readonly KeyPair[], options: CodecOptions = {}): Codec {
  return new SecureCookieCodec(keys, options);
}

class SecureCookieCodec implements Codec {
  readonly #pairs: readonly [PreparedPair, ...PreparedPair[]];
  readonly #maxAge: number;
  readonly #minAge: number;
  readonly #maxLength: number;
  readonly #now: () => Seconds;
  readonly #randomBytes: (size: number) => Uint8Array;
  readonly #verified = new VerifiedCookies();

  constructor(keys: readonly KeyPair[], options: CodecOptions) {
    this.#pairs = preparePairs(keys);
    this.#maxAge = whole("maxAge", options.maxAge ?? DEFAULT_MAX_AGE);
    this.#minAge = whole("minAge", options.minAge ?? 0);
    this.#maxLength = whole("maxLength", options.maxLength ?? DEFAULT_MAX_LENGTH, 0);
    this.#now = options.now ?? (() => Date.now() / 1000);
    this.#randomBytes = options.randomBytes ?? pooledRandomBytes;
  }

  // The steps are those of securecookie.go, in both directions.
  encode(name: string, id: string | Uint8Array): string {
    const [pair] = this.#pairs;
    if (pair.keyIndex !== 0) {
      throw new ConfigError(
        "The first pair of keys cannot be used (a process warning said why), and older pairs only decode.",
      );
    }
    // 1. Serialize.
    const gob = encodeGobString(utf8(id));
    // 2. Encrypt (optional).
    const payload = pair.cipher ? pair.cipher.encrypt(gob, this.#randomBytes) : gob;
    // 3. Create MAC for "name|date|value".
    const signed = `${wholeSeconds(this.#now())}|${encodeBase64(payload)}`;
    const bytes = Buffer.allocUnsafe(signed.length + 1 + MAC_BYTES);
    bytes.write(`${signed}|`, "latin1");
    pair.mac.sign(frame(name, bytes, signed.length), bytes, signed.length + 1);
    // 4. Encode to base64.
    const value = encodeBase64(bytes);
    // 5. Check length.
    if (this.#maxLength !== 0 && value.length > this.#maxLength) {
      throw new ConfigError(
        `The value of cookie "${name}" is ${value.length} bytes long, over the maximum of ${this.#maxLength}. Raise maxLength (withMaxLength), or use shorter ids.`,
      );
    }
    return value;
  }

  decode(name: string, value: string): Decoded | Rejected {
    // 1. Check length.
    if (this.#maxLength !== 0 && value.length > this.#maxLength) return MALFORMED;
    const known = this.#verified.get(name, value);
    if (known !== undefined) return this.#inTime(known.issuedAt) ? known : EXPIRED;
    // 2. Decode from base64.
    const bytes = decodeBase64(value);
    if (bytes === undefined) return MALFORMED;
    // 3. Verify MAC, under one key after the other. Value is "date|value|mac", split at the first two pipes: a MAC can hold more.
    const first = bytes.indexOf(PIPE);
    const second = first === -1 ? -1 : bytes.indexOf(PIPE, first + 1);
    if (second === -1) return MALFORMED;
    const framed = frame(name, bytes, second);
    const mac = bytes.subarray(second + 1);
    let rejected: Rejected = TAMPERED;
    for (const pair of this.#pairs) {
      if (!pair.mac.verify(framed, mac)) continue;
      const date = bytes.toString("latin1", 0, first);
      const result = this.#open(pair, date, bytes.toString("latin1", first + 1, second));
      if (result.rejected === undefined) {
        // An age that a number cannot tell exactly is worked out anew each time.
        if (Number.isSafeInteger(result.issuedAt)) {
          // Encoded again, because the string at hand may be a slice that holds a whole header.
          this.#verified.add(name, encodeBase64(bytes), result);
        }
        return result;
      }
      rejected = result;
    }
    return rejected;
  }

  /** Steps 4 to 6, for a value whose MAC is right: nothing is parsed before that is known. */
  #open(pair: PreparedPair, date: string, value: string): Decoded | Rejected {
    // 4. Verify date ranges.
    const issued = parseTimestamp(date);
    if (issued === undefined) return MALFORMED;
    if (!this.#inTime(issued)) return EXPIRED;
    // 5. Decrypt (optional).
    const payload = decodeBase64(value);
    const gob = payload && pair.cipher ? pair.cipher.decrypt(payload) : payload;
    // 6. Deserialize.
    const id = gob && decodeGobString(gob);
    if (id === undefined) return MALFORMED;
    return Object.freeze({ id, issuedAt: Number(issued), keyIndex: pair.keyIndex });
  }

  /** An age equal to a bound is within it, and the future is not too old, as in Go. */
  #inTime(issued: Seconds): boolean {
    if (this.#minAge === 0 && this.#maxAge === 0) return true;
    const now = wholeSeconds(this.#now());
    if (this.#minAge !== 0 && issued > subtract(now, this.#minAge)) return false;
    return this.#maxAge === 0 || issued >= subtract(now, this.#maxAge);
  }
}

/** "name|" and the first `length` of `bytes`, with the room in front that signing needs. */
function frame(name: string, bytes: Buffer, length: number): Buffer {
  const start = MAC_HEADROOM + Buffer.byteLength(name) + 1;
  const framed = Buffer.allocUnsafe(start + length);
  framed.write(`${name}|`, MAC_HEADROOM);
  bytes.copy(framed, start, 0, length);
  return framed;
}

function utf8(id: string | Uint8Array): Uint8Array {
  if (typeof id !== "string") return id;
  if (toUSVString(id) !== id) {
    throw new ConfigError(
      "The session id holds half a surrogate pair, which UTF-8 cannot carry. Use an id that is Unicode text.",
    );
  }
  return Buffer.from(id);
}

/** With NaN for a bound, nothing would ever be out of it. */
function whole(name: string, value: number, least = -Infinity): number {
  if (Number.isInteger(value) && value >= least) return value;
  throw new ConfigError(
    `createCodec: ${name} is ${value}. It has to be a whole number${least === 0 ? " and not negative" : ""}; 0 is no limit.`,
  );
}
