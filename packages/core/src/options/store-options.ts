// The options of sessions, cookies and records. Those of the connection are in connection-options.ts.
import { inspect } from "node:util";
import { ConfigError } from "../errors.ts";
import type { Serializer } from "../serializers/serializer.ts";
import {
  checkCookieName,
  checkCookieOptions,
  checkSeconds,
  type CookieOptions,
} from "./cookie-options.ts";
import { checkOptionNames } from "../option-names.ts";
import {
  option,
  type Concurrency,
  type PrincipalOf,
  type Rolling,
  type SessionLimit,
  type StoreOption,
} from "./option.ts";

/** Redis stores no longer string than 512 MiB. */
const MAX_BYTES = 512 * 1024 * 1024;

/** In seconds: so long a request may take that had loaded the session before it got a new id. */
const MAX_GRACE = 300;

/** All sessions of a principal are read when the limit is reached. */
const MAX_LIMIT = 1000;

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
 * How long Redis keeps a session that ends with the browser (`maxAge` 0), in seconds after its last save. Default 1200; with
 * `createRecords` 86,400.
 *
 * @see boj/redistore WithDefaultMaxAge
 */
export function withDefaultMaxAge(seconds: number): StoreOption {
  checkSeconds("withDefaultMaxAge", seconds, 1);
  return option((settings) => settings.set("withDefaultMaxAge", "defaultMaxAge", seconds));
}

/**
 * The longest lifetime of a session that belongs to no principal, in seconds after its last save: of its cookie and of its record in Redis.
 * Default: none, such sessions live as long as others. It takes effect where it is shorter than the session's own `maxAge`. A session
 * that ends with the browser keeps doing so; its record then lives no longer than this.
 *
 * Visitors who never log in, and clients that keep no cookie, then leave records for minutes in place of days. A login that names the
 * principal, `regenerate({ principal })`, begins the full lifetime. One that does not leaves the session short: name it.
 *
 * ```ts
 * withAnonymousMaxAge(1800);
 * ```
 *
 * The stores for express-session and koa-session know principals by `withPrincipal` only. Without it this changes nothing there: their
 * hosts decide the lifetime.
 */
export function withAnonymousMaxAge(seconds: number): StoreOption {
  checkSeconds("withAnonymousMaxAge", seconds, 1);
  return option((settings) => settings.set("withAnonymousMaxAge", "anonymousMaxAge", seconds));
}

/**
 * Activity keeps a session alive: a request that uses it moves its expiry, in Redis and in the browser, to `maxAge` from then. Default: only a
 * save does, as in Go.
 *
 * ```ts
 * withRolling({ every: 300 });
 * ```
 *
 * The expiry is moved once `every` seconds (default: a tenth of the session's lifetime) have passed since the cookie was issued. It costs no command: the
 * one that reads the session does it. The cookie is sent then, and not on a response that a shared cache may keep: it stays due. So a session lives at
 * least its lifetime less `every` after its last use.
 *
 * A request that is no use (a page that polls) declines with `rolling: false`, an option where the session is asked for. `readSession` and
 * upgrade requests decline: they can send no cookie.
 */
export function withRolling(options: Rolling = {}): StoreOption {
  checkOptionNames("withRolling", options, ["every"]);
  const { every } = options;
  if (every !== undefined) checkSeconds("withRolling: every", every, 1);
  return option((settings) => settings.set("withRolling", "rolling", { every }));
}

/**
 * Sessions get a new id after `every` seconds, with the next response that can carry its cookie and that no shared cache may keep: an id that was
 * stolen is of use only so long. Default: only `regenerate` gives new ids.
 *
 * Requests with the old id, such as those already under way, are served on the session for `grace` seconds (default 30, at most 300) and get no cookie of it.
 * Afterwards the old id is worth nothing, and its use publishes `redistore:reused`: it may have been stolen.
 *
 * ```ts
 * withRenewal({ every: 900, grace: 30 });
 * ```
 *
 * A renewal costs three commands. `every` has to be shorter than the lifetime of sessions, and longer than `grace`.
 */
export function withRenewal(options: {
  readonly every: number;
  readonly grace?: number;
}): StoreOption {
  checkOptionNames("withRenewal", options, ["every", "grace"]);
  const { every, grace = 30 } = options;
  checkSeconds("withRenewal: every", every, 1);
  if (!(typeof grace === "number" && grace > 0 && grace <= MAX_GRACE && grace < every)) {
    throw new ConfigError(
      `withRenewal: grace is ${inspect(grace)}. It takes seconds, above 0, at most ${MAX_GRACE}, and less than every (${every}).`,
    );
  }
  return option((settings) => settings.set("withRenewal", "renewal", { every, grace }));
}

/**
 * The longest life of a session, in seconds: since its login, if it has a principal, or else since it began. Default: none. Activity, a save
 * and a new id do not extend it; a login, `regenerate({ principal })`, begins it anew. The cookie and the record end with it, and a load
 * after it finds no session, whatever the record's expiry.
 *
 * A session that began before this option was set, or that Go stored, counts from its first save here.
 *
 * ```ts
 * withAbsoluteTimeout(12 * 3600);
 * ```
 */
export function withAbsoluteTimeout(seconds: number): StoreOption {
  checkSeconds("withAbsoluteTimeout", seconds, 1);
  return option((settings) => settings.set("withAbsoluteTimeout", "absoluteTimeout", seconds));
}

/**
 * Tells by its values whose session it is, for applications that log in by setting a key, as passport does. The function gets the values of
 * a session and returns the user's id, or undefined if there is none. It is called at every load and save, so it has to be fast, and
 * must change nothing.
 *
 * ```ts
 * withPrincipal((values: { passport?: { user?: string } }) => values.passport?.user);
 * ```
 *
 * A save that finds another user's id than before is a login: `authenticatedAt` is set, and of the values of another user only those stay
 * that this request set itself. It does not change the session's id: call `regenerate` at every login, as passport does.
 */
export function withPrincipal<Data extends object = Record<string, unknown>>(
  principalOf: (values: Readonly<Data>) => string | undefined,
): StoreOption {
  if (typeof principalOf !== "function") {
    throw new ConfigError(
      "withPrincipal takes a function that returns the user's id from the values of a session.",
    );
  }
  return option((settings) =>
    settings.set("withPrincipal", "principalOf", principalOf as unknown as PrincipalOf),
  );
}

/**
 * How many sessions one principal may have at the same time. Default: no limit. What a login does that would be one more:
 *
 * - `"evict-oldest"` (default): it ends the session with the earliest login, which publishes the event `redistore:capped`.
 * - `"refuse"`: it fails with `SessionLimitError` (403), and stores nothing.
 *
 * ```ts
 * withMaxSessionsPerPrincipal(5, { atLimit: "evict-oldest" });
 * ```
 *
 * The limit is kept by logins only: sessions that were stored before this option was set stay until they end.
 */
export function withMaxSessionsPerPrincipal(
  limit: number,
  options: Partial<Pick<SessionLimit, "atLimit">> = {},
): StoreOption {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    throw new ConfigError(
      `withMaxSessionsPerPrincipal is ${inspect(limit)}. It takes a number of sessions, from 1 to ${MAX_LIMIT}.`,
    );
  }
  checkOptionNames("withMaxSessionsPerPrincipal", options, ["atLimit"]);
  const { atLimit = "evict-oldest" } = options;
  if (!["evict-oldest", "refuse"].includes(atLimit)) {
    throw new ConfigError(
      `withMaxSessionsPerPrincipal: atLimit is ${inspect(atLimit)}. It takes "evict-oldest" or "refuse".`,
    );
  }
  return option((settings) =>
    settings.set("withMaxSessionsPerPrincipal", "sessionLimit", { limit, atLimit }),
  );
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
