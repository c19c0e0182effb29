// A cache of the cookies that a codec has verified, so that the next request of a browser needs no MAC.
import type { Decoded } from "./codec.ts";

/** How many cookies a codec caches: about 4 MB. */
export const VERIFIED_COOKIES_LIMIT = 10_000;

interface VerifiedCookie {
  readonly name: string;
  readonly decoded: Decoded;
}

/**
 * A cache of bounded size. It contains only cookies that were verified. It does not know about age: the caller checks `issuedAt` each
 * time.
 */
export class VerifiedCookies {
  readonly #half: number;
  // Two generations. When the young one has half of the limit, it becomes the old one, and the old one is dropped. So the half that was
  // used last is always cached.
  #young = new Map<string, VerifiedCookie>();
  #old = new Map<string, VerifiedCookie>();

  constructor(limit: number = VERIFIED_COOKIES_LIMIT) {
    this.#half = Math.floor(limit / 2);
  }

  /** The number of cached cookies, at most the limit. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** What `value` decoded to, if it was verified under this name. */
  get(name: string, value: string): Decoded | undefined {
    let cookie = this.#young.get(value);
    if (cookie === undefined) {
      cookie = this.#old.get(value);
      if (cookie === undefined) return undefined;
      this.#old.delete(value);
      this.#addYoung(value, cookie);
    }
    return cookie.name === name ? cookie.decoded : undefined;
  }

  /** Adds a cookie that `get` did not return. `value` must not be a slice of a longer string, which would stay in memory with it. */
  add(name: string, value: string, decoded: Decoded): void {
    this.#addYoung(value, { name, decoded });
  }

  #addYoung(value: string, cookie: VerifiedCookie): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(value, cookie);
  }
}
