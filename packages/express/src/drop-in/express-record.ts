// One load of one session: what express-session has made of it goes back into the record it came from, and into no other.
import { isDeepStrictEqual } from "node:util";
import { isRedistoreError, SessionGoneError, type SessionRecord } from "@redistore/core";
import type { SessionData } from "express-session";
import { cookieData, type CookieData, renews, secondsLeft } from "./cookie-data.ts";

type Values = Record<string, unknown>;

/** Milliseconds. express-session touches what it has just saved. */
const JUST_NOW = 1000;
/** How long a regenerated session waits for what express-session has to store in it, at the end of the request. Seconds. */
const HANDOVER = 300;

/** What express-session is given where another program has stored none, on which it would fail: it ends with the browser. */
const NO_COOKIE = { originalMaxAge: null };

/** A session as express-session holds it: its Session, or the data it was made of. */
export type HeldSession = SessionData | Values;

/** Whether there is more in it than what express-session puts into every session. */
export function hasData(held: HeldSession): boolean {
  return Object.keys(held).some((key) => key !== "cookie");
}

export class StoredSession {
  /** What express-session knows it by. */
  readonly sid: string;
  readonly #record: SessionRecord<Values>;
  #moved = false;
  /** The last write that set its expiry. */
  #written: { readonly lifetime: number; readonly at: number } | undefined;

  /** The cookie as it was when the session was loaded or saved last: in the record, and as express-session had it. */
  #cookie: { readonly stored: unknown; readonly given: CookieData | undefined };

  constructor(sid: string, record: SessionRecord<object>) {
    this.sid = sid;
    this.#record = record;
    const stored = this.#record.values["cookie"];
    this.#cookie = { stored, given: cookieData(stored ?? (this.isLive ? NO_COOKIE : undefined)) };
  }

  get isLive(): boolean {
    return !this.#moved && this.#record.state === "live";
  }

  /** For `get`. */
  data(): SessionData {
    const data: object = { cookie: NO_COOKIE, ...this.#record.values };
    return data as SessionData;
  }

  /** express-session has made its Session of the data, and a Cookie of what may not have been all of one. */
  given(session: HeldSession): void {
    this.#cookie = { stored: this.#cookie.stored, given: cookieData(session.cookie) };
  }

  /**
   * Stores what `held` has that was not there when it was loaded, or saved last, merged into what others stored meanwhile. Where that is
   * nothing it puts the expiry off. A session whose cookie has expired is ended, as by connect-redis.
   *
   * @throws SessionGoneError where there is something to store and nowhere to store it
   */
  async save(held: HeldSession): Promise<void> {
    if (this.#moved) throw new SessionGoneError(MOVED);
    const record = this.#record;
    const cookie = cookieData(held.cookie);
    const lifetime = this.#lifetime(cookie);
    if (lifetime < 0) {
      await record.destroy();
      return;
    }
    const renewal = this.#take(held, cookie);
    const { stored } = this.#cookie;
    const taken = record.values["cookie"];
    record.resolve = (key, mine, theirs) => {
      if (key !== "cookie" || !renewal || !isCookie(theirs)) return mine;
      // Somebody has given the session another lifetime ("remember me"), which a mere renewal does not undo.
      return renews(theirs, stored) ? { ...theirs, expires: renewal["expires"] } : theirs;
    };
    const theirs = ({ cookie: merged }: Values): number =>
      renewal && isCookie(merged) && !renews(merged, stored) ? this.#lifetime(merged) : lifetime;
    if (!(await this.#write(lifetime, () => record.save(), theirs))) return this.touch(held);
    this.#cookie = { stored: taken, given: cookie };
  }

  /** Puts the expiry off. Never creates and never shortens; that the session has ended is no error, for nothing is lost. */
  async touch(held: HeldSession): Promise<void> {
    if (this.#moved) return;
    const lifetime = this.#lifetime(cookieData(held.cookie));
    const { at = 0, lifetime: written } = this.#written ?? {};
    if (lifetime < 0 || (lifetime === written && Date.now() - at < JUST_NOW)) return;
    await this.#write(lifetime, () => this.#touch());
  }

  /**
   * Retires it in favour of a new and empty session under `sid`.
   *
   * @throws SessionGoneError where it was ended meanwhile
   */
  async move(sid: string): Promise<StoredSession> {
    this.#record.lifetime = HANDOVER;
    await this.#record.regenerate({ keep: false }, sid);
    this.#moved = true;
    return new StoredSession(sid, this.#record);
  }

  /** Whether `save` would store anything. */
  needsSave(held: HeldSession): boolean {
    if (this.#moved || this.#record.state === "gone") return false;
    this.#take(held, cookieData(held.cookie));
    return this.isLive ? this.#record.changed : hasData(held);
  }

  /** Seconds from now; 0: it ends with the browser; negative: it has ended. */
  #lifetime(cookie: CookieData | undefined): number {
    const { originalMaxAge } = cookie ?? {};
    // As it was given: nobody has moved its end since, and the lifetime begins anew.
    const left =
      typeof originalMaxAge === "number" && isDeepStrictEqual(cookie, this.#cookie.given)
        ? Math.ceil(originalMaxAge / 1000)
        : secondsLeft(cookie);
    if (left === undefined) return 0;
    return left > 0 ? left : -1;
  }

  /** Makes the record's values those of `held`. Gives its cookie if that is a renewal, which is stored with other changes and not alone. */
  #take(held: HeldSession, cookie: CookieData | undefined): CookieData | undefined {
    const { values } = this.#record;
    const { stored, given } = this.#cookie;
    const renewal = cookie !== undefined && renews(cookie, given);
    for (const key of Object.keys(values)) if (!Object.hasOwn(held, key)) delete values[key];
    for (const [key, value] of Object.entries(held)) {
      values[key] = key !== "cookie" ? value : renewal ? stored : cookie;
    }
    if (!renewal) return undefined;
    if (stored === undefined) delete values["cookie"];
    if (this.#record.changed) {
      values["cookie"] = isCookie(stored) ? { ...stored, expires: cookie["expires"] } : cookie;
    }
    return cookie;
  }

  async #touch(): Promise<true> {
    try {
      await this.#record.touch();
    } catch (error) {
      if (!isRedistoreError(error) || error.code !== "ERR_REDISTORE_GONE") throw error;
    }
    return true;
  }

  /** Sets the expiry with `write`, or what `told` tells from merged values. Gives whether that wrote anything. */
  async #write(
    lifetime: number,
    write: () => Promise<boolean>,
    told?: (values: Values) => number,
  ): Promise<boolean> {
    this.#record.lifetime = told ?? lifetime;
    const at = Date.now();
    const written = await write();
    if (written) this.#written = { lifetime, at };
    return written;
  }
}

const MOVED =
  "This session was regenerated: what was changed in its old object was not stored. Use the req.session of the moment.";

function isCookie(value: unknown): value is CookieData {
  return typeof value === "object" && value !== null;
}
