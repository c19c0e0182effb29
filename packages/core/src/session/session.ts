// One session of one request.
import { publicIdOf } from "../diagnostics.ts";
import type { Regeneration } from "../changes/regeneration.ts";
import type { SessionRecord } from "./session-record.ts";
import type { ResolvedCookieOptions } from "../options/cookie-options.ts";
import { BrowserCookie, type Arrival, type SessionHost } from "../cookies/browser-cookie.ts";
import type { SaveContext } from "./redi-store.ts";
import type { SessionData } from "./session-data.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";

/** Why a cookie that came was not accepted. `"gone"`: it was good, but its session has ended. */
export type SessionRejection = "expired" | "tampered" | "malformed" | "gone";

/**
 * The session of one request under one name. Its methods leave the cookies to the store: `store.save`, `destroy` and `regenerate` hand
 * out the ones to send, and the adapters do that for you.
 *
 * Rejections of all methods: `StoreUnavailableError` (503); of those that write: `SessionGoneError`, `ConflictError` (409),
 * `SessionTooLargeError`, `SerializationError`.
 */
export class Session<Data extends object = SessionData> {
  /** The cookie name. */
  readonly name: string;
  /** Why the cookie that came was not accepted; undefined if it was, or none came. */
  readonly rejected: SessionRejection | undefined;
  readonly #record: SessionRecord<Data>;
  readonly #cookie: BrowserCookie;

  /** @internal Use `store.load`, `store.create`, or `getSession` of an adapter. */
  constructor(
    host: SessionHost,
    name: string,
    record: SessionRecord<Data>,
    arrival?: Arrival,
    rejected?: SessionRejection,
  ) {
    this.name = name;
    this.rejected = rejected;
    this.#record = record;
    this.#cookie = new BrowserCookie(host, name, record, arrival);
  }

  /** The id: a secret. The first read of a new session reserves it, and neither stores anything nor sends a cookie. */
  get id(): string {
    return this.#record.id;
  }

  /** The id under which the session is stored; empty while nothing is stored. */
  get storedId(): string {
    return this.#record.storedId;
  }

  /** A public name for the id, safe to show and to log. Empty as long as nothing is stored. */
  get publicId(): string {
    return publicIdOf(this.#record.storedId);
  }

  /** Whether no stored session came with the request. gorilla/sessions, Session.IsNew */
  get isNew(): boolean {
    return this.#record.isNew;
  }

  /** Your data. The same object for the life of the session; it has no prototype, so that no key can mean anything else. */
  get values(): Partial<Data> {
    return this.#record.values;
  }

  /** Whose session it is: the `principal` given to `regenerate`. */
  get principal(): string | undefined {
    return this.#record.principal;
  }

  /** This session's own cookie attributes, to change as you like before it is saved. `maxAge` is remembered with the session. */
  get options(): ResolvedCookieOptions {
    return this.#cookie.options;
  }

  /** Leaves a message for a later request. gorilla/sessions, Session.AddFlash */
  addFlash(flash: unknown, key?: string): void {
    this.#record.addFlash(flash, key);
  }

  /** The messages left under `key` (default `"_flash"`): read by this, and gone with the next save. gorilla/sessions, Session.Flashes */
  flashes(key?: string): unknown[] {
    return this.#record.flashes(key);
  }

  /** Stores what changed, merged into what others stored meanwhile. A new session without data is stored nowhere. */
  async save(): Promise<void> {
    this.#cookie.apply();
    if (this.#cookie.endsSession) return this.#end();
    if (await this.#record.save()) this.#cookie.renewIfDue();
  }

  /** Ends the session at once, for all requests. Its values are gone; only `regenerate` makes it usable again. */
  async destroy(): Promise<void> {
    await this.#end();
    this.#cookie.apply(); // After the end: a wrong attribute must not keep a user logged in.
  }

  /**
   * Moves the session, with its pending changes, to a fresh id. Call it at every login and change of privileges: whoever knew the
   * old id (session fixation) is left with nothing.
   *
   * @throws ConfigError if `grace` is out of range
   */
  async regenerate(options: Regeneration = {}): Promise<void> {
    this.#cookie.apply();
    await this.#record.regenerate(options);
  }

  /** Takes what is stored now; changes that were not saved are dropped. */
  reload(): Promise<void> {
    return this.#record.reload();
  }

  /**
   * Changes the newest values and stores them, running `change` again whenever another request was faster: for counters and lists.
   * It has to be synchronous. Gives what it returned last.
   */
  async update<Result>(change: (values: Partial<Data>) => Result): Promise<Result> {
    this.#cookie.apply();
    const result = await this.#record.update(change);
    this.#cookie.renewIfDue();
    return result;
  }

  /** Puts the expiry off, in Redis and with the next cookie in the browser, and stores nothing else. */
  async touch(): Promise<void> {
    await this.#record.touch();
    if (this.#record.state === "live") this.#cookie.renew();
  }

  /** @internal Whether there is anything to store, or a cookie to send. */
  needsSave(): boolean {
    if (this.#cookie.isDue()) return true;
    return this.#cookie.endsSession ? this.#record.state === "live" : this.#record.changed;
  }

  /** @internal The cookies to send, each once. */
  takeCookies(context: SaveContext = {}): SetCookie[] {
    return this.#cookie.take(context);
  }

  /** @internal Those that have to be sent even though a save failed: of a session that has moved or ended. */
  takeOwedCookies(context?: SaveContext): SetCookie[] {
    return this.#cookie.isOwed() ? this.takeCookies(context) : [];
  }

  async #end(): Promise<void> {
    if (await this.#record.destroy()) this.#cookie.clear();
  }
}
