// The keys of the demo: the store asks for them by a function, and a button puts a new pair first.
import { createCodec, generateKeys, keysFromStrings } from "@redistore/core";
import { cookieValues } from "@redistore/core/web";

/** A store asks its function for the keys at most once in this time. Seconds. */
const ASKED_EVERY = 60;

export class RotatingKeys {
  /** The newest first. */
  #pairs;
  #codec;
  #ahead = 0;

  /** @param {import("@redistore/core").KeyPair[]} pairs */
  constructor(pairs) {
    this.#pairs = pairs;
    this.#codec = createCodec(pairs, { now: this.clock });
  }

  /** For `createStore`. */
  current = () => this.#pairs;

  /**
   * For `withClock`, in Unix seconds. Nobody wants to wait a minute for what a button does: each rotation puts the clock forward by as much,
   * so that the next request finds it time to ask for the keys again. An application has no use for this.
   */
  clock = () => Math.floor(Date.now() / 1000) + this.#ahead;

  /**
   * All old pairs stay, or those who come with their cookies would be logged out. They are for this run alone: where several processes
   * share keys, the new pair comes second first, and goes to the front when all of them know it.
   */
  rotate() {
    this.#pairs = [...keysFromStrings(...generateKeys()), ...this.#pairs];
    this.#codec = createCodec(this.#pairs, { now: this.clock });
    this.#ahead += ASKED_EVERY;
  }

  /** How many there are; they are numbered as they came, so it is the number of the one that signs. */
  get count() {
    return this.#pairs.length;
  }

  /**
   * The number of the key that signed the session cookie which came; undefined where none did.
   *
   * @param {string} name of the cookie
   * @param {string | undefined} header
   */
  numberOf(name, header) {
    for (const value of cookieValues(header, name)) {
      const decoded = this.#codec.decode(name, value);
      if (decoded.rejected === undefined) return this.count - decoded.keyIndex;
    }
    return undefined;
  }
}
