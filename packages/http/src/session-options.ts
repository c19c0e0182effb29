// What can be said about a session where it is asked for, beside the store it comes from.
import type { CookieOptions, RediStore } from "@redistore/core";
import type { TrustProxy } from "./adapter/trust-proxy.ts";

/** How a session is asked for. A string in its place is the name. */
export interface SessionOptions {
  /** The cookie name; default `store.defaultName`. Every name is a session of its own. */
  readonly name?: string | undefined;
  /** Cookie attributes, over those of the store. */
  readonly cookie?: CookieOptions | undefined;
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default false. */
  readonly trustProxy?: TrustProxy | undefined;
}

/** A store, or the promise of one: CommonJS modules have no top-level await. */
export type StoreOrPromise<Data extends object> = RediStore<Data> | Promise<RediStore<Data>>;

const DEFAULTS: SessionOptions = {};

/** @internal */
export function resolveOptions(options: string | SessionOptions = DEFAULTS): SessionOptions {
  return typeof options === "string" ? { name: options } : options;
}
