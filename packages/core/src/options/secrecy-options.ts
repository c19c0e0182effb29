// The options that decide who can read sessions, and which store accepts a cookie.
import { ConfigError } from "../errors.ts";
import { option, type StoreOption } from "./option.ts";

const MAX_AUDIENCE_LENGTH = 256;

/**
 * Binds cookies to a purpose: a store accepts only cookies of its own audience, even if another has the same keys and cookie name. Cookies
 * that were made without it, or with another one, are rejected as `"tampered"`. Default: none, as in Go.
 *
 * ```ts
 * createStore(keysFromEnv(), withAudience("admin"), withCookieName("admin"));
 * ```
 *
 * The signature then covers the name `<cookie name>/<audience>`. A Go service accepts such a cookie if it passes that name to securecookie.
 *
 * @param name 1 to 256 visible characters of ASCII, no spaces
 * @throws ConfigError
 */
export function withAudience(name: string): StoreOption {
  if (typeof name !== "string" || !/^[\x21-\x7e]+$/.test(name)) {
    throw new ConfigError(
      `withAudience takes a string of visible ASCII characters without spaces, such as "admin"${typeof name === "string" ? "" : `, not ${name === null ? "null" : typeof name}`}.`,
    );
  }
  if (name.length > MAX_AUDIENCE_LENGTH) {
    throw new ConfigError(
      `withAudience is ${name.length} characters long. It takes ${MAX_AUDIENCE_LENGTH} at most.`,
    );
  }
  return option((settings) => settings.set("withAudience", "audience", name));
}
