// The keys of the demo. The store gets them by a function; a button on the page adds a new pair.
import { createCodec, generateKeys, keysFromStrings } from "@redistore/core";
import { cookieValues } from "@redistore/core/web";

/** In seconds. A store calls its key function at most this often. */
const KEY_REFRESH = 60;

export class RotatingKeys {
  /** The newest pair comes first. */
  #pairs;
  #codec;
  #clock;

  /**
   * @param {import("@redistore/core").KeyPair[]} pairs
   * @param {import("./clock.js").DemoClock} clock the store's
   */
  constructor(pairs, clock) {
    this.#pairs = pairs;
    this.#clock = clock;
    this.#codec = createCodec(pairs, { now: clock.now });
  }

  /** The key function for `createStore`. */
  current = () => this.#pairs;

  /**
   * Adds a new pair in front. Old pairs stay, so that cookies signed by them stay valid. With several processes, add a new pair in second
   * place first, and move it to the front when every process has it.
   *
   * Also winds the clock forward, so that the next request already uses the new key. Applications have no reason to.
   */
  rotate() {
    this.#pairs = [...keysFromStrings(...generateKeys()), ...this.#pairs];
    this.#codec = createCodec(this.#pairs, { now: this.#clock.now });
    this.#clock.windForward(KEY_REFRESH);
  }

  /** The number of pairs. Pairs are numbered from the oldest, so this is also the number of the pair that signs. */
  get count() {
    return this.#pairs.length;
  }

  /**
   * The number of the key that signed the request's session cookie; undefined if there is no valid cookie.
   *
   * @param {string} name the cookie name
   * @param {string | undefined} header the Cookie header
   */
  numberOf(name, header) {
    for (const value of cookieValues(header, name)) {
      const decoded = this.#codec.decode(name, value);
      if (decoded.rejected === undefined) return this.count - decoded.keyIndex;
    }
    return undefined;
  }
}
