// Keys that stay, or that a function gives anew while the process runs, and the codec of the newest of them.
import { hash } from "node:crypto";
import { ConfigError } from "../errors.ts";
import type { Codec, CodecOptions } from "./codec.ts";
import { askForKeys, type KeyFunction, type Sleep, systemSleep } from "./key-function.ts";
import { checkKeys, keyBytes, type KeyPair } from "./keys.ts";
import { createCodec } from "./secure-cookie.ts";

/**
 * The keys of a store: pairs, or a function that gives them, for keys that come from a vault or change while the process runs. It is asked
 * once at the start and then, as requests come, at most once a minute; they wait for the answer a second at most. One that fails, takes
 * over 10 seconds or cannot be used changes nothing.
 *
 * Processes notice a change within a minute of each other: put a new pair second, let two minutes pass, then put it first.
 */
export type Keys = readonly KeyPair[] | KeyFunction;

/** The source of a store's codec. */
export interface KeyRing {
  /** The codec of the newest keys; a promise, of a second at most, only while they are asked for. */
  current(): Codec | Promise<Codec>;
  /** The codec of the last keys, at once. */
  latest(): Codec;
}

/** The options of the codecs, and what the ring itself needs. */
export interface KeyRingOptions extends CodecOptions {
  /** Told when the function failed and the last keys stay. */
  onFailure: (error: ConfigError) => void;
  /** Seconds from any point, never set back. Default: the process's monotonic clock. */
  elapsed?: () => number;
  /** Default: a timer. */
  sleep?: Sleep;
}

const INTERVAL_SECONDS = 60;
const PATIENCE_SECONDS = 1;

/**
 * Checks the keys, and gets the first ones of a function.
 *
 * @throws ConfigError if they cannot be used, naming the one; or if the function does not give any, with its error as `cause`.
 */
export async function openKeyRing(keys: Keys, options: KeyRingOptions): Promise<KeyRing> {
  if (typeof keys !== "function") {
    checkKeys(keys);
    const codec = createCodec(keys, options);
    return { current: () => codec, latest: () => codec };
  }
  const first = await askForKeys(keys, options.sleep ?? systemSleep, true);
  return new ChangingKeys(keys, first, options);
}

class ChangingKeys implements KeyRing {
  readonly #keyFunction: KeyFunction;
  readonly #options: KeyRingOptions;
  readonly #elapsed: () => number;
  readonly #sleep: Sleep;
  #codec: Codec;
  #fingerprint: string;
  #askedAt: number;
  #asking = false;
  #awaited: Promise<Codec> | undefined;

  constructor(keyFunction: KeyFunction, first: readonly KeyPair[], options: KeyRingOptions) {
    this.#keyFunction = keyFunction;
    this.#options = options;
    this.#elapsed = options.elapsed ?? (() => performance.now() / 1000);
    this.#sleep = options.sleep ?? systemSleep;
    this.#codec = createCodec(first, options);
    this.#fingerprint = fingerprintOf(first);
    this.#askedAt = this.#elapsed();
  }

  current(): Codec | Promise<Codec> {
    const age = this.#elapsed() - this.#askedAt;
    // The cookie at hand may be signed by keys never seen here; to refuse it would log its user out.
    if (age >= INTERVAL_SECONDS && !this.#asking) this.#awaited = this.#await(this.#ask());
    return this.#awaited ?? this.#codec;
  }

  latest(): Codec {
    return this.#codec;
  }

  async #ask(): Promise<void> {
    this.#askedAt = this.#elapsed();
    this.#asking = true;
    try {
      this.#take(await askForKeys(this.#keyFunction, this.#sleep, false));
    } catch (error) {
      this.#options.onFailure(error as ConfigError);
    } finally {
      this.#asking = false;
    }
  }

  /** What is no news leaves the codec alone, with all the cookies it remembers. */
  #take(keys: readonly KeyPair[]): void {
    const fingerprint = fingerprintOf(keys);
    if (fingerprint === this.#fingerprint) return;
    this.#codec = createCodec(keys, this.#options);
    this.#fingerprint = fingerprint;
  }

  async #await(asked: Promise<void>): Promise<Codec> {
    const done = new AbortController();
    const patience = this.#sleep(PATIENCE_SECONDS, { ref: false, signal: done.signal });
    try {
      await Promise.race([asked, patience]);
    } finally {
      done.abort();
      this.#awaited = undefined;
    }
    return this.#codec;
  }
}

/** Tells one list of keys from another without keeping them. */
function fingerprintOf(keys: readonly KeyPair[]): string {
  const text = keys.map(({ authentication, encryption }) => [
    keyBytes(authentication).toString("base64"),
    encryption ? keyBytes(encryption).toString("base64") : null,
  ]);
  return hash("sha256", JSON.stringify(text));
}
