// The store as adapters see it: sessions to and from cookie values, with no HTTP in it.
import type { Health } from "../backends/backend.ts";
import type { CookieOptions } from "../options/cookie-options.ts";
import type { Records } from "./records.ts";
import type { Regeneration } from "../changes/regeneration.ts";
import type { Session } from "./session.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";
import type { SessionData } from "./session-data.ts";

/** What the transport knows and the cookie needs. */
export interface SaveContext {
  /** Whether the request came over TLS; decides `secure: "auto"`. Default false. */
  secure?: boolean;
}

/**
 * Sessions in Redis for any transport. Every method that can change what the browser holds returns the cookies to send; each is
 * handed out once, and `String(cookie)` is the value of its `Set-Cookie` header.
 *
 * Rejections: `StoreUnavailableError` (503), `SessionGoneError` and `ConflictError` (409), `SessionTooLargeError`,
 * `SerializationError`.
 */
export interface RediStore<Data extends object = SessionData> {
  /** The cookie name of a session asked for without a name. */
  readonly defaultName: string;
  /** The layer below: ids to values, no keys and no cookies. */
  readonly records: Records<Data>;

  /**
   * The session that the first acceptable of these cookie values names, or a new one whose `rejected` says what was wrong
   * with the last of them. A forged or malformed value never reaches Redis; no value, no command.
   *
   * @param cookie attributes over those of the store, for every cookie of this session; a `maxAge` is for new sessions alone
   */
  load(
    name: string,
    cookieValues?: string | readonly string[],
    cookie?: CookieOptions,
  ): Promise<Session<Data>>;
  /** A new session. It has no id and is nowhere until it has data and is saved. */
  create(name?: string, cookie?: CookieOptions): Session<Data>;
  /** Whether `save` would store anything or return a cookie. Cheap, synchronous, and without effect. */
  needsSave(session: Session<Data>): boolean;
  /** Stores what changed, and gives the cookies the browser has to get. An unchanged session costs no command. */
  save(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]>;
  /**
   * After a `save` that rejected: the cookies that the error response has to carry all the same, because the session has moved to
   * another id, or ended, before. Without them the browser would be left with an id that leads nowhere.
   */
  cookiesOwed(session: Session<Data>, context?: SaveContext): SetCookie[];
  /** Ends the session, and a successor it was regenerated into. Gives the clearing cookie if there was something to end. */
  destroy(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]>;
  /** Moves the session to a new id (see `Session.regenerate`). */
  regenerate(
    session: Session<Data>,
    options?: Regeneration,
    context?: SaveContext,
  ): Promise<SetCookie[]>;

  /** Ids of all sessions, by SCAN: each at least once, in no order. For operators; O(keys in the database). */
  sessions(): AsyncIterable<string>;
  /** How many sessions there are, by SCAN. O(keys in the database). */
  count(): Promise<number>;
  /** A PING. Never rejects. */
  health(): Promise<Health>;
  /** Closes the connections that the store opened; a client given by `withClient` stays open. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
