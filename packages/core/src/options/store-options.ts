// The options of sessions, cookies and records. Those of the connection are in connection-options.ts.
import { ConfigError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import {
  checkCookieName,
  checkCookieOptions,
  checkSeconds,
  type CookieOptions,
} from "./cookie-options.ts";
import { option, type Concurrency, type StoreOption } from "./option.ts";

/**
 * The longest session in bytes, as serialized; 0 is no limit. Default 4096, in `createRecords` 0. A longer one is a
 * `SessionTooLargeError` when it is saved.
 *
 * @see boj/redistore WithMaxLength
 */
export function withMaxLength(bytes: number): StoreOption {
  // Redis holds no longer string than 512 MiB.
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > 512 * 1024 * 1024) {
    throw new ConfigError(
      `withMaxLength: ${String(bytes)} is no length. It takes bytes, from 0 (no limit) to 512 MiB.`,
    );
  }
  return option((settings) => settings.set("withMaxLength", "maxLength", bytes));
}

/**
 * What comes before the id in the key of a record. Default `"session_"`. One for each application (and serializer) that shares a
 * database; `"sess:"` is connect-redis's.
 *
 * @see boj/redistore WithKeyPrefix
 */
export function withKeyPrefix(prefix: string): StoreOption {
  if (typeof prefix !== "string")
    throw new ConfigError(`withKeyPrefix takes a string, not ${typeof prefix}.`);
  return option((settings) => settings.set("withKeyPrefix", "keyPrefix", prefix));
}

/**
 * How long Redis keeps a session whose `maxAge` is 0, which ends with the browser, in seconds after its last save. Default 1200,
 * in `createRecords` 86,400.
 *
 * @see boj/redistore WithDefaultMaxAge
 */
export function withDefaultMaxAge(seconds: number): StoreOption {
  checkSeconds("withDefaultMaxAge", seconds, 1);
  return option((settings) => settings.set("withDefaultMaxAge", "defaultMaxAge", seconds));
}

/**
 * The format of the records. Default `jsonSerializer`. All programs that share sessions need the same one.
 *
 * @see boj/redistore WithSerializer
 */
export function withSerializer(serializer: Serializer): StoreOption {
  if (typeof serializer?.serialize !== "function" || typeof serializer.deserialize !== "function") {
    throw new ConfigError(
      "withSerializer takes an object with the methods serialize and deserialize, such as structuredSerializer.",
    );
  }
  return option((settings) => settings.set("withSerializer", "serializer", serializer));
}

/**
 * Cookie attributes of all sessions, merged over the defaults: path `"/"`, 30 days, `httpOnly`, `sameSite: "lax"`, `secure: "auto"`.
 *
 * @see boj/redistore WithSessionOptions
 */
export function withSessionOptions(options: CookieOptions): StoreOption {
  if (typeof options !== "object" || options === null) {
    throw new ConfigError('withSessionOptions takes an object, such as { sameSite: "strict" }.');
  }
  checkCookieOptions("withSessionOptions", options);
  if (options.maxAge !== undefined) checkSeconds("withSessionOptions: maxAge", options.maxAge);
  const checked = { ...options }; // What becomes of the caller's object later was not checked.
  return option((settings) => {
    for (const name of Object.keys(checked) as (keyof CookieOptions)[]) {
      const value = checked[name];
      if (value !== undefined) settings.set("withSessionOptions", name, value);
    }
  });
}

/** The path of all cookies. Default `"/"`. @see boj/redistore WithPath */
export function withPath(path: string): StoreOption {
  checkCookieOptions("withPath", { path });
  return option((settings) => settings.set("withPath", "path", path));
}

/**
 * How long a session lives after it was last saved, in seconds: the cookie's Max-Age and Expires, the age of its signature and the
 * expiry in Redis all come from this one value. 0: as long as the browser runs, and `withDefaultMaxAge` in Redis. Default 30 days.
 *
 * @see boj/redistore WithMaxAge
 */
export function withMaxAge(seconds: number): StoreOption {
  checkSeconds("withMaxAge", seconds);
  return option((settings) => settings.set("withMaxAge", "maxAge", seconds));
}

/** The name of the cookie where a session is asked for without one. Default `"session"`. */
export function withCookieName(name: string): StoreOption {
  checkCookieName(name);
  return option((settings) => settings.set("withCookieName", "cookieName", name));
}

/**
 * What a save does when somebody else changed the session meanwhile. `"merge"` (default): both changes count, by top-level key.
 * `"fail"`: the later save is a `ConflictError` and stores nothing. `"overwrite"`: the later save wins whole, as in the original. No mode
 * brings an ended session back.
 */
export function withConcurrency(concurrency: Concurrency): StoreOption {
  if (!["merge", "fail", "overwrite"].includes(concurrency)) {
    throw new ConfigError(
      `withConcurrency: ${JSON.stringify(concurrency)}. It takes "merge", "fail" or "overwrite".`,
    );
  }
  return option((settings) => settings.set("withConcurrency", "concurrency", concurrency));
}

/** How long one operation of the store may take, whatever Redis does, in seconds, fractions allowed. Default 1. */
export function withOperationTimeout(seconds: number): StoreOption {
  if (!(typeof seconds === "number" && seconds >= 0.01 && seconds <= 60)) {
    throw new ConfigError(
      `withOperationTimeout: ${String(seconds)}. It takes seconds, from 0.01 to 60. Were milliseconds meant?`,
    );
  }
  return option((settings) => settings.set("withOperationTimeout", "operationTimeout", seconds));
}

/** The clock, in Unix seconds, for tests. It decides the age of cookies and, with `withMemory`, of records. */
export function withClock(now: () => number): StoreOption {
  if (typeof now !== "function")
    throw new ConfigError("withClock takes a function that gives Unix seconds.");
  return option((settings) => settings.set("withClock", "now", now));
}
