// The cookies that one codec has verified already, so that a browser's next request costs a look-up in place of a MAC.
import type { Decoded } from "./codec.ts";

/** How many cookies a codec remembers: some 4 MB, of which the half used last always stays. */
export const VERIFIED_COOKIES_LIMIT = 10_000;

interface Entry {
  readonly name: string;
  readonly decoded: Decoded;
}

/**
 * A bounded memory of cookie values. It holds nothing that did not verify, and it says nothing about age: that is for the
 * caller to look at, each time.
 */
export class VerifiedCookies {
  readonly #half: number;
  /** Two generations: when the young one is half of the limit, it becomes the old one, and the old one is dropped. */
  #young = new Map<string, Entry>();
  #old = new Map<string, Entry>();

  constructor(limit: number = VERIFIED_COOKIES_LIMIT) {
    this.#half = Math.floor(limit / 2);
  }

  /** How many are remembered; never more than the limit. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What `value` was verified to hold under this very name. */
  get(name: string, value: string): Decoded | undefined {
    let entry = this.#young.get(value);
    if (entry === undefined) {
      entry = this.#old.get(value);
      if (entry === undefined) return undefined;
      this.#old.delete(value);
      this.#remember(value, entry);
    }
    return entry.name === name ? entry.decoded : undefined;
  }

  /** Adds what `get` did not know. As a slice of a header, `value` would keep the whole header in memory: hand over a copy. */
  add(name: string, value: string, decoded: Decoded): void {
    this.#remember(value, { name, decoded });
  }

  #remember(value: string, entry: Entry): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(value, entry);
  }
}
