// The keys of the demo. The store gets them by a function; a button on the page adds a new pair.
import { createCodec, generateKeys, keysFromStrings } from "@redistore/core";
import { cookieValues } from "@redistore/core/web";

/** In seconds. A store calls its key function at most this often. */
const KEY_REFRESH = 60;

export class RotatingKeys {
  /** The newest pair comes first. */
  #pairs;
  #codec;
  #ahead = 0;

  /** @param {import("@redistore/core").KeyPair[]} pairs */
  constructor(pairs) {
    this.#pairs = pairs;
    this.#codec = createCodec(pairs, { now: this.clock });
  }

  /** The key function for `createStore`. */
  current = () => this.#pairs;

  /**
   * For `withClock`, in Unix seconds. Each rotation moves the clock forward by a minute, so that the next request already uses the new key.
   * This is for the demo only; applications do not need it.
   */
  clock = () => Math.floor(Date.now() / 1000) + this.#ahead;

  /**
   * Adds a new pair in front. Old pairs stay, so that cookies signed by them stay valid. With several processes, add a new pair in second
   * place first, and move it to the front when every process has it.
   */
  rotate() {
    this.#pairs = [...keysFromStrings(...generateKeys()), ...this.#pairs];
    this.#codec = createCodec(this.#pairs, { now: this.clock });
    this.#ahead += KEY_REFRESH;
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
