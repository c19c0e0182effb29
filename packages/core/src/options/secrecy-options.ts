// The options that decide who can read sessions, which store accepts a cookie, and what stays in the browser.
import { inspect } from "node:util";
import { checkKeys } from "../codec/keys.ts";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { option, type EncryptedValues, type StoreOption } from "./option.ts";

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

/**
 * Encrypts what is stored of a session, by AES-256-GCM and for its id. So a program that can read Redis cannot read sessions, and cannot
 * copy one to another id. Default: stored as the serializer makes it, as in Go, which cannot read encrypted sessions.
 *
 * The key is derived from the authentication key of each pair: the first pair encrypts, all pairs decrypt. Sessions that were stored
 * before are still read, and encrypted by their next save.
 *
 * A session that cannot be decrypted (it was changed, moved to another id or key prefix, or its pair was removed) is not an error: the
 * request gets a new one, `session.rejected` is `"undecipherable"`, and `redistore:rejected` is published. The record stays until it
 * expires.
 *
 * ```ts
 * createStore(keysFromEnv(), withEncryptedValues());
 * createRecords(withEncryptedValues({ keys: keysFromEnv() }));
 * ```
 *
 * @param options.compress compresses before it encrypts. `withMaxLength` and `withMaxReadLength` count the bytes before it and after
 * decompression. The length that is stored then tells a little about the values
 * @param options.keys for `createRecords`, which has no other keys; `createStore` refuses them
 * @throws ConfigError
 */
export function withEncryptedValues(options: EncryptedValues = {}): StoreOption {
  checkOptionNames("withEncryptedValues", options, ["compress", "keys"]);
  const { compress, keys } = options;
  if (compress !== undefined && typeof compress !== "boolean") {
    throw new ConfigError(
      `withEncryptedValues: compress is of type ${typeof compress}. It takes true or false.`,
    );
  }
  if (keys !== undefined && typeof keys !== "function") {
    if (!Array.isArray(keys) || keys.length === 0) {
      throw new ConfigError(
        "withEncryptedValues: keys is no list of pairs, and no function that returns one. It takes what keysFromEnv() returns.",
      );
    }
    checkKeys(keys, " of withEncryptedValues");
  }
  return option((settings) =>
    settings.set("withEncryptedValues", "encryptedValues", { compress, keys }),
  );
}

const SITE_DATA = ["cache", "cookies", "storage", "executionContexts", "*"] as const;

/** What browsers remove by the header Clear-Site-Data. */
export type SiteData = (typeof SITE_DATA)[number];

/**
 * Has the response to a logout, a `session.destroy()`, tell the browser to remove what the site has stored there, by the header `Clear-Site-Data`: pages in its
 * cache, for example, which the next person at the computer could go back to. Default: `"cache"`, `"cookies"` and `"storage"`. Browsers obey it over
 * HTTPS only, and may take a second for it. A header of the application stays.
 *
 * ```ts
 * withClearSiteData("cache", "storage");
 * ```
 *
 * `"cookies"` also removes those of other applications on the domain and its subdomains.
 */
export function withClearSiteData(...types: readonly SiteData[]): StoreOption {
  const unknown = types.find((type) => !SITE_DATA.includes(type));
  if (unknown !== undefined) {
    throw new ConfigError(
      `withClearSiteData got ${inspect(unknown)}. It takes ${SITE_DATA.map((type) => `"${type}"`).join(", ")}.`,
    );
  }
  const chosen = types.length > 0 ? types : ["cache", "cookies", "storage"];
  const header = chosen.map((type) => `"${type}"`).join(", ");
  return option((settings) => settings.set("withClearSiteData", "clearSiteData", header));
}
