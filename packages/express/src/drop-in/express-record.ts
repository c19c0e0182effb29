// One load of one session: saves what express-session made of it back into the record it came from.
import { isRedistoreError, SessionGoneError, type SessionRecord } from "@redistore/core";
import { type HostStoreOptions, leaveBehind } from "@redistore/core/web";
import type { SessionData } from "express-session";
import { cookieData, type CookieData, renews, sameLifetime, secondsLeft } from "./cookie-data.ts";

type Values = Record<string, unknown>;

/** Milliseconds. express-session touches a session that it has just saved. */
const JUST_NOW = 1000;
/** Lifetime of a regenerated session until express-session saves it at the end of the request. Seconds. */
const UNSAVED_LIFETIME = 300;

/** The cookie of a record that another program stored without one: express-session needs one. It ends with the browser. */
const NO_COOKIE = { originalMaxAge: null };

/** A session as express-session passes it: its Session object, or the data that `get` gave. */
export type AnySession = SessionData | Values;

/**
 * Property of the prototype of what `get` returns. @fastify/session copies it into a session object of its own, which shows which load a
 * save belongs to. It is missing in JSON.
 */
export const LOADED_FROM = "redistore:loadedFrom";

/** True if the session has more in it than the cookie, which express-session puts into every session. */
export function hasData(session: AnySession): boolean {
  return Object.keys(session).some((key) => key !== "cookie" && key !== LOADED_FROM);
}

export class ExpressRecord {
  /** The id that express-session uses. */
  readonly sid: string;
  readonly #record: SessionRecord<Values>;
  readonly #ttl: HostStoreOptions["ttl"];
  #regenerated = false;
  #savesNothing = false;
  /** The last write that set the expiry. */
  #lastWrite: { readonly lifetime: number; readonly at: number } | undefined;
  /** The cookie when the session was loaded or last saved: as stored, and as express-session had it. */
  #cookie: { readonly stored: unknown; readonly given: CookieData | undefined };

  constructor(sid: string, record: SessionRecord<object>, ttl?: HostStoreOptions["ttl"]) {
    this.sid = sid;
    this.#record = record;
    this.#ttl = ttl;
    const stored = this.#record.values["cookie"];
    this.#cookie = { stored, given: this.isLive ? cookieData(this.#liveCookie()) : undefined };
  }

  get isLive(): boolean {
    return !this.#regenerated && this.#record.state === "live";
  }

  /** True if nothing was ever stored under its id: a save creates the record. */
  get isNew(): boolean {
    return this.#record.state === "new";
  }

  /** The session as `get` returns it. */
  data(): SessionData {
    const data = Object.create({ [LOADED_FROM]: this }) as object;
    Object.assign(data, this.#record.values, { cookie: this.#liveCookie() });
    return data as SessionData;
  }

  /** For {@link LOADED_FROM}. */
  toJSON(): undefined {
    return undefined;
  }

  /** Takes the cookie that express-session made of the stored one, which may lack attributes. */
  setGivenCookie(session: AnySession): void {
    this.#cookie = { stored: this.#cookie.stored, given: cookieData(session.cookie) };
  }

  /**
   * Stores what changed in `session` since it was loaded or last saved, merged into what other requests stored. If nothing changed, it
   * extends the expiry. A session whose cookie has expired is destroyed, as by connect-redis. If it becomes another user's, `session` loses
   * what is not stored of the first user's values.
   *
   * @throws SessionGoneError if there is something to store and the session has ended
   */
  async save(session: AnySession): Promise<void> {
    if (this.#savesNothing) return;
    if (this.#regenerated) throw new SessionGoneError(REGENERATED);
    const record = this.#record;
    const cookie = cookieData(session.cookie);
    const lifetime = this.#ttl?.(session as Values) ?? this.#lifetime(cookie);
    if (lifetime < 0) {
      await record.destroy();
      return;
    }
    const { principal } = record;
    const renewal = this.#copyValues(session, cookie);
    const { stored } = this.#cookie;
    const { cookie: saved, ...sent } = record.values;
    record.incidentalKeys = renewal && ["cookie"];
    record.resolve = (key, mine, theirs) => {
      if (key !== "cookie" || !renewal || !isCookie(theirs)) return mine;
      // A renewal does not cancel a lifetime that another request chose ("remember me").
      return renews(theirs, stored) ? { ...theirs, expires: renewal["expires"] } : theirs;
    };
    const mergedLifetime = (values: Values): number => {
      if (this.#ttl) return Math.max(1, this.#ttl(values));
      const { cookie: merged } = values;
      return renewal && isCookie(merged) && !renews(merged, stored)
        ? this.#lifetime(merged)
        : lifetime;
    };
    const written = await this.#write(lifetime, () => record.save(), mergedLifetime);
    if (!written) return this.touch(session);
    if (record.principal !== principal) leaveBehind(session, sent, record.values);
    this.#cookie = { stored: saved, given: cookie };
  }

  /** Extends the expiry. Never creates or shortens. An ended session is no error, because nothing is lost. */
  async touch(session: AnySession): Promise<void> {
    if (this.#savesNothing || this.#regenerated) return;
    const lifetime = this.#ttl?.(session as Values) ?? this.#lifetime(cookieData(session.cookie));
    const { at = 0, lifetime: written } = this.#lastWrite ?? {};
    if (lifetime < 0 || (lifetime === written && Date.now() - at < JUST_NOW)) return;
    await this.#write(lifetime, () => this.#touch());
  }

  /**
   * Ends this session and starts an empty one under `sid`.
   *
   * @throws SessionGoneError if another request has ended it
   */
  async regenerate(sid: string): Promise<ExpressRecord> {
    this.#record.lifetime = UNSAVED_LIFETIME;
    await this.#record.regenerate({ keep: false }, sid);
    this.#regenerated = true;
    return new ExpressRecord(sid, this.#record, this.#ttl);
  }

  /** True if `save` would store anything. */
  needsSave(session: AnySession): boolean {
    if (this.#savesNothing || this.#regenerated || this.#record.state === "gone") return false;
    this.#copyValues(session, cookieData(session.cookie));
    return this.isLive ? this.#record.changed : hasData(session);
  }

  /**
   * Makes later saves do nothing. After a failed save the client gets an error, and express-session saves once more while it sends that:
   * what the client was told has failed must not be stored then.
   */
  stopSaving(): void {
    this.#savesNothing = true;
  }

  /** Seconds from now. 0: until the browser closes; negative: expired. */
  #lifetime(cookie: CookieData | undefined): number {
    const { originalMaxAge } = cookie ?? {};
    const left = this.#keepsLifetime(cookie)
      ? Math.ceil(Number(originalMaxAge) / 1000)
      : secondsLeft(cookie);
    if (left === undefined) return 0;
    return left > 0 ? left : -1;
  }

  /** True if the handler left the lifetime as it was given: then it begins anew with this write. */
  #keepsLifetime(cookie: CookieData | undefined): cookie is CookieData {
    const { given } = this.#cookie;
    if (typeof cookie?.["originalMaxAge"] !== "number" || given === undefined) return false;
    return cookie["expires"] === given["expires"] && sameLifetime(cookie, given);
  }

  /**
   * Copies `session` into the record. Returns the cookie if it only renews the stored one: a renewal is stored together with other
   * changes, and never alone.
   */
  #copyValues(session: AnySession, cookie: CookieData | undefined): CookieData | undefined {
    const { values } = this.#record;
    const { stored, given } = this.#cookie;
    const renewal = cookie !== undefined && renews(cookie, given);
    for (const key of Object.keys(values)) if (!Object.hasOwn(session, key)) delete values[key];
    for (const [key, value] of Object.entries(session)) {
      if (key === LOADED_FROM) continue;
      values[key] = key !== "cookie" ? value : renewal ? stored : this.#withExpiry(cookie);
    }
    if (!renewal) return undefined;
    if (stored === undefined) delete values["cookie"];
    if (this.#record.changed) {
      values["cookie"] = isCookie(stored) ? { ...stored, expires: cookie["expires"] } : cookie;
    }
    return cookie;
  }

  /** Other attributes may have changed long after the load: `expires` must not be over when the cookie is stored. */
  #withExpiry(cookie: CookieData | undefined): CookieData | undefined {
    if (!this.#keepsLifetime(cookie)) return cookie;
    return { ...cookie, expires: expiry(cookie["originalMaxAge"] as number) };
  }

  /** Activity extends the record but not the stored cookie, whose `expires` may be over while the session is live. */
  #liveCookie(): unknown {
    const stored = this.#record.values["cookie"] ?? NO_COOKIE;
    if (!isCookie(stored) || typeof stored["originalMaxAge"] !== "number") return stored;
    const left = secondsLeft(stored);
    if (left === undefined || left > 0) return stored;
    return { ...stored, expires: expiry(stored["originalMaxAge"]) };
  }

  async #touch(): Promise<true> {
    try {
      await this.#record.touch();
    } catch (error) {
      if (!isRedistoreError(error) || error.code !== "ERR_REDISTORE_GONE") throw error;
    }
    return true;
  }

  /** Runs `write` with `lifetime`, or with the lifetime of the merged values. Returns whether it wrote anything. */
  async #write(
    lifetime: number,
    write: () => Promise<boolean>,
    mergedLifetime?: (values: Values) => number,
  ): Promise<boolean> {
    this.#record.lifetime = mergedLifetime ?? lifetime;
    const at = Date.now();
    const written = await write();
    if (written) this.#lastWrite = { lifetime, at };
    return written;
  }
}

const REGENERATED =
  "This session was regenerated, so the changes in its old object were not stored. Use the current req.session.";

function isCookie(value: unknown): value is CookieData {
  return typeof value === "object" && value !== null;
}

function expiry(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toJSON();
}
