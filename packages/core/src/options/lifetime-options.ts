// How long sessions live: without use, with it, in all, and under one id.
import { inspect } from "node:util";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import { checkSeconds } from "./cookie-options.ts";
import { option, type Rolling, type StoreOption } from "./option.ts";

/** In seconds: so long a request may take that had loaded the session before it got a new id. */
const MAX_GRACE = 300;

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
