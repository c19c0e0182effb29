// The interface of the store: cookie values to sessions and back, without HTTP.
import type { Health } from "../backends/backend.ts";
import { declareLayout } from "../one-per-process.ts";
import type { CookieCarrier, SaveContext } from "../cookies/cookie-carrier.ts";
import type { CookieOptions } from "../options/cookie-options.ts";
import type { PrincipalSessions } from "./principal-sessions.ts";
import type { Records } from "./records.ts";
import type { Regeneration } from "../protocol/regenerate/regeneration.ts";
import type { Session } from "./session.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";
import type { SessionData } from "./session-data.ts";

/**
 * Sessions in Redis, for any way of transport. Every method that can change the browser's cookie returns the cookies to send, each
 * once; `String(cookie)` is the value of its `Set-Cookie` header.
 *
 * Rejections: `StoreUnavailableError` (503), `SessionGoneError` and `ConflictError` (409), `SessionTooLargeError`,
 * `SerializationError`.
 */
export interface RediStore<Data extends object = SessionData> {
  /** The cookie name of a session that is loaded without a name. */
  readonly defaultName: string;
  /** The layer below: sessions by id, without keys and cookies. */
  readonly records: Records<Data>;

  /**
   * Loads the session of the first of these cookie values that is valid and has a live session. If there is none, it makes a new session,
   * whose `rejected` tells what was wrong with the last value. A forged or malformed value never reaches Redis; without a value no
   * command is sent.
   *
   * @param cookie attributes over those of the store, for every cookie of this session; its `maxAge` applies to new sessions only
   * @param carrier the response that will carry the cookie; without it every save is taken to reach the browser
   */
  load(
    name: string,
    cookieValues?: string | readonly string[],
    cookie?: CookieOptions,
    carrier?: CookieCarrier,
  ): Promise<Session<Data>>;
  /** Makes a new session. Nothing is stored until it has data and is saved. */
  create(name?: string, cookie?: CookieOptions): Session<Data>;
  /** Checks a cookie name and its attributes, as `load` does. Adapters call it where they are mounted. @throws ConfigError */
  checkCookie(name: string, cookie?: CookieOptions): void;
  /** Whether `save` would store anything or return a cookie. Cheap, synchronous, and without effect. */
  needsSave(session: Session<Data>): boolean;
  /** Stores what changed, and returns the cookies to send. An unchanged session needs no command. */
  save(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]>;
  /**
   * Returns the cookies that the error response has to send after `save` rejected, because the session got a new id, or ended, before.
   * Without them the browser would keep an id that has no session.
   */
  cookiesOwed(session: Session<Data>, context?: SaveContext): SetCookie[];
  /** Ends the session, also if it was regenerated meanwhile. Returns the clearing cookie if anything ended. */
  destroy(session: Session<Data>, context?: SaveContext): Promise<SetCookie[]>;
  /** Moves the session to a new id (see `Session.regenerate`), and returns its cookie. */
  regenerate(
    session: Session<Data>,
    options?: Regeneration<keyof Data & string>,
    context?: SaveContext,
  ): Promise<SetCookie[]>;

  /** The sessions of one user, to list and to end them. @throws ConfigError if `id` is not a user's id */
  principal(id: string): PrincipalSessions;
  /** Lists the ids of all sessions by SCAN: each at least once, in no order. Takes time in proportion to the keys in the database. */
  ids(): AsyncIterable<string>;
  /** Counts the sessions by SCAN. Takes time in proportion to the keys in the database. */
  count(): Promise<number>;
  /** Checks that Redis works, by a PING. Never rejects. */
  health(): Promise<Health>;
  /** Closes the connections that the store opened; a client given to `withClient` stays open. May be repeated. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Called where a store or records are made and where a store is taken: the other side may be another copy of this package.
 *
 * @throws ConfigError if stores, sessions or records of another layout are in use in this process
 */
export function declareStoreLayout(): void {
  declareLayout("@redistore/core", 1);
}
