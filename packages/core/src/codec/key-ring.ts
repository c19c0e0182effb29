// The codec and the record cipher of a store: of fixed keys, or of the newest keys that a function has returned.
import { hash } from "node:crypto";
import { ConfigError } from "../errors.ts";
import type { Codec, CodecOptions } from "./codec.ts";
import { fetchKeys, type KeyFunction, type Sleep, systemSleep } from "./key-function.ts";
import { checkKeys, keyBytes, type KeyPair } from "./keys.ts";
import { RecordCipher } from "./record-cipher.ts";
import { createCodec } from "./secure-cookie.ts";

/**
 * The keys of a store: pairs, or a function that returns pairs, for keys that come from a vault or change while the process runs.
 *
 * The function is called once at the start. Later the first request after a minute calls it again, and requests wait for its keys for at
 * most a second. If it fails, takes over 10 seconds or returns unusable keys, the last keys stay and `redistore:keys-failed` is published.
 *
 * Processes notice a change within a minute of each other. To change keys, put the new pair second, wait two minutes, then put it first.
 */
export type Keys = readonly KeyPair[] | KeyFunction;

/** The source of a store's codec and record cipher. */
export interface KeyRing {
  /** The codec of the newest keys. A promise only while the keys are fetched, for at most a second. */
  current(): Codec | Promise<Codec>;
  /** The codec of the last keys, without waiting. */
  latest(): Codec;
  /** The cipher of the last keys, without waiting. */
  cipher(): RecordCipher;
}

/** The options of a key ring. */
export interface KeyRingOptions {
  /** The options of its codecs. */
  readonly codec?: CodecOptions;
  /** Called when the function failed and the last keys stay. */
  readonly onFailure: (error: ConfigError) => void;
  /** Seconds since any moment, never set back. Default: the monotonic clock of the process. */
  readonly elapsed?: () => number;
  /** Default: a timer. */
  readonly sleep?: Sleep;
}

const FETCH_INTERVAL_SECONDS = 60;
const MAX_WAIT_SECONDS = 1;

/**
 * Checks the keys; calls the function once if it is one.
 *
 * @throws ConfigError that names the key, if one is unusable; or with the function's error as `cause`, if it failed
 */
export async function openKeyRing(keys: Keys, options: KeyRingOptions): Promise<KeyRing> {
  if (typeof keys !== "function") {
    checkKeys(keys);
    const codec = createCodec(keys, options.codec);
    const cipher = new RecordCipher(keys);
    return { current: () => codec, latest: () => codec, cipher: () => cipher };
  }
  const first = await fetchKeys(keys, options.sleep ?? systemSleep, true);
  return new ChangingKeys(keys, first, options);
}

/**
 * The same keys, of which no authentication key may be shorter than `bytes`.
 *
 * @throws ConfigError; if `keys` is a function, it does when it is called
 */
export function requireLongKeys(keys: Keys, bytes: number): Keys {
  if (bytes === 0) return keys;
  if (typeof keys !== "function") return checkLengths(keys, bytes);
  return async () => checkLengths(await keys(), bytes);
}

function checkLengths(keys: readonly KeyPair[], bytes: number): readonly KeyPair[] {
  checkKeys(keys);
  const short = keys.findIndex(({ authentication }) => keyBytes(authentication).length < bytes);
  if (short === -1) return keys;
  throw new ConfigError(
    `The authentication key of pair ${short + 1} is shorter than ${bytes} bytes, which hardened() requires. generateKeys() makes good ones. To keep the sessions of a shorter key until they end, leave hardened() out until then.`,
  );
}

class ChangingKeys implements KeyRing {
  readonly #keyFunction: KeyFunction;
  readonly #options: KeyRingOptions;
  readonly #elapsed: () => number;
  readonly #sleep: Sleep;
  #codec: Codec;
  #cipher: RecordCipher;
  #fingerprint: string;
  #fetchedAt: number;
  #fetching = false;
  #waiting: Promise<Codec> | undefined;

  constructor(keyFunction: KeyFunction, first: readonly KeyPair[], options: KeyRingOptions) {
    this.#keyFunction = keyFunction;
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now() / 1000);
    this.#sleep = options.sleep ?? systemSleep;
    this.#codec = createCodec(first, options.codec);
    this.#cipher = new RecordCipher(first);
    this.#fingerprint = fingerprintOf(first);
    this.#fetchedAt = this.#elapsed();
  }

  current(): Codec | Promise<Codec> {
    const age = this.#elapsed() - this.#fetchedAt;
    // The cookie of this request may be signed by a key that is new here. Without the wait its user would be logged out.
    if (age >= FETCH_INTERVAL_SECONDS && !this.#fetching) {
      this.#waiting = this.#waitFor(this.#fetch());
    }
    return this.#waiting ?? this.#codec;
  }

  latest(): Codec {
    return this.#codec;
  }

  cipher(): RecordCipher {
    return this.#cipher;
  }

  async #fetch(): Promise<void> {
    this.#fetchedAt = this.#elapsed();
    this.#fetching = true;
    try {
      this.#replace(await fetchKeys(this.#keyFunction, this.#sleep, false));
    } catch (error) {
      this.#options.onFailure(error as ConfigError);
    } finally {
      this.#fetching = false;
    }
  }

  /** The same keys keep their codec, and with it the cache of verified cookies. */
  #replace(keys: readonly KeyPair[]): void {
    const fingerprint = fingerprintOf(keys);
    if (fingerprint === this.#fingerprint) return;
    this.#codec = createCodec(keys, this.#options.codec);
    this.#cipher = new RecordCipher(keys);
    this.#fingerprint = fingerprint;
  }

  async #waitFor(fetched: Promise<void>): Promise<Codec> {
    const done = new AbortController();
    const timeout = this.#sleep(MAX_WAIT_SECONDS, { ref: false, signal: done.signal });
    try {
      await Promise.race([fetched, timeout]);
    } finally {
      done.abort();
      this.#waiting = undefined;
    }
    return this.#codec;
  }
}

/** Tells two lists of keys apart without keeping them: they may be changed in place. */
function fingerprintOf(keys: readonly KeyPair[]): string {
  const text = keys.map(({ authentication, encryption }) => [
    keyBytes(authentication).toString("base64"),
    encryption ? keyBytes(encryption).toString("base64") : null,
  ]);
  return hash("sha256", JSON.stringify(text));
}
