// The options of records and cookies, and the clock.
import { inspect } from "node:util";
import { ConfigError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import {
  checkCookieName,
  checkCookieOptions,
  checkSeconds,
  type CookieOptions,
} from "./cookie-options.ts";
import { option, type Concurrency, type StoreOption } from "./option.ts";

/** Redis stores no longer string than 512 MiB. */
const MAX_BYTES = 512 * 1024 * 1024;

/**
 * The longest session in bytes, as serialized; 0 is no limit. Default 4096; with `createRecords` the limit of `withMaxReadLength`. Saving a
 * longer one fails with `SessionTooLargeError`.
 *
 * @see boj/redistore WithMaxLength
 */
export function withMaxLength(bytes: number): StoreOption {
  checkBytes("withMaxLength", bytes);
  return option((settings) => settings.set("withMaxLength", "maxLength", bytes));
}

/**
 * The longest stored session that is read, in bytes; 0 is no limit. Default 1 MiB, and never less than `withMaxLength`. Loading a longer
 * one fails with `SessionTooLargeError` before it is parsed: parsing 20 MB can exhaust the memory, and stops all other requests meanwhile.
 * With `withMaxLength(0)` and without this option there is no limit.
 */
export function withMaxReadLength(bytes: number): StoreOption {
  checkBytes("withMaxReadLength", bytes);
  return option((settings) => settings.set("withMaxReadLength", "maxReadLength", bytes));
}

/**
 * The text before the id in the key of a record. Default `"session_"`. Applications (and serializers) that share a database need
 * different ones. `"sess:"` is the default of connect-redis.
 *
 * @see boj/redistore WithKeyPrefix
 */
export function withKeyPrefix(prefix: string): StoreOption {
  if (typeof prefix !== "string") {
    throw new ConfigError(`withKeyPrefix takes a string, not ${typeof prefix}.`);
  }
  return option((settings) => settings.set("withKeyPrefix", "keyPrefix", prefix));
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
 * Cookie attributes of all sessions. Those that are not given keep their defaults: path `"/"`, 30 days, `httpOnly`, `sameSite: "lax"`,
 * `secure: "auto"`.
 *
 * ```ts
 * withSessionOptions({ sameSite: "strict", secure: true });
 * ```
 *
 * @see boj/redistore WithSessionOptions
 */
export function withSessionOptions(options: CookieOptions): StoreOption {
  checkCookieOptions("withSessionOptions", options);
  if (options.maxAge !== undefined) checkSeconds("withSessionOptions: maxAge", options.maxAge);
  const checked = { ...options }; // The caller may change the original later, unchecked.
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
 * The lifetime of a session after its last save, in seconds: of its cookie (Max-Age and Expires), of the cookie's signature, and of its
 * record in Redis. 0: until the browser closes, and `withDefaultMaxAge` in Redis. Default 30 days.
 *
 * @see boj/redistore WithMaxAge
 */
export function withMaxAge(seconds: number): StoreOption {
  checkSeconds("withMaxAge", seconds);
  return option((settings) => settings.set("withMaxAge", "maxAge", seconds));
}

/** The name of the cookie if a session is loaded without a name. Default `"session"`. */
export function withCookieName(name: string): StoreOption {
  checkCookieName(name);
  return option((settings) => settings.set("withCookieName", "cookieName", name));
}

/**
 * What a save does if another request has changed the session since it was loaded.
 *
 * - `"merge"` (default): both changes are stored, by top-level key.
 * - `"fail"`: the later save stores nothing and fails with `ConflictError`.
 * - `"overwrite"`: the later save replaces the whole session, as in the original.
 *
 * With none of them does a save bring back a session that has ended.
 */
export function withConcurrency(concurrency: Concurrency): StoreOption {
  if (!["merge", "fail", "overwrite"].includes(concurrency)) {
    throw new ConfigError(
      `withConcurrency is ${inspect(concurrency)}. It takes "merge", "fail" or "overwrite".`,
    );
  }
  return option((settings) => settings.set("withConcurrency", "concurrency", concurrency));
}

/**
 * The time limit of one operation of the store, in seconds, fractions allowed. Default 1. A request makes up to two, so it can take twice as
 * long before it fails: it loads the session, and stores what changed. An explicit `save` or `regenerate` adds its own time.
 */
export function withOperationTimeout(seconds: number): StoreOption {
  if (!(typeof seconds === "number" && seconds >= 0.01 && seconds <= 60)) {
    throw new ConfigError(
      `withOperationTimeout is ${inspect(seconds)}. It takes seconds, from 0.01 to 60. Did you mean milliseconds?`,
    );
  }
  return option((settings) => settings.set("withOperationTimeout", "operationTimeout", seconds));
}

/** The clock, in Unix seconds, for tests. It decides the age of cookies and, with `withMemory`, of records. */
export function withClock(now: () => number): StoreOption {
  if (typeof now !== "function") {
    throw new ConfigError("withClock takes a function that returns Unix seconds.");
  }
  return option((settings) => settings.set("withClock", "now", now));
}

function checkBytes(by: string, bytes: unknown): void {
  if (Number.isInteger(bytes) && (bytes as number) >= 0 && (bytes as number) <= MAX_BYTES) return;
  throw new ConfigError(
    `${by} is ${inspect(bytes)}. It takes a length in bytes, from 0 (no limit) to 512 MiB.`,
  );
}
