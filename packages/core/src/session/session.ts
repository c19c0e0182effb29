// One session of one request.
import { inspect, type InspectOptions } from "node:util";
import { BrowserCookie, type CookieParts } from "../cookies/browser-cookie.ts";
import type { SaveContext } from "../cookies/cookie-carrier.ts";
import { warnOfMismatch } from "../cookies/cookie-mismatch.ts";
import type { SetCookie } from "../cookies/set-cookie.ts";
import { ConfigError, HeadersSentError } from "../errors.ts";
import type { Regeneration } from "../protocol/regenerate/regeneration.ts";
import type { ResolvedCookieOptions } from "../options/cookie-options.ts";
import type { SessionData } from "./session-data.ts";
import type { SessionRecord } from "./session-record.ts";

/**
 * Why the request's cookie was not accepted. `"gone"`: the cookie was valid, but its session has ended. `"undecipherable"`: the cookie was
 * valid, but its session was not encrypted by these keys, or not for this id (`withEncryptedValues`).
 */
export type SessionRejection = "expired" | "tampered" | "malformed" | "gone" | "undecipherable";

/** The parts of {@link Session}. */
export interface SessionParts<Data extends object> extends CookieParts {
  readonly record: SessionRecord<Data>;
  readonly rejected?: SessionRejection | undefined;
}

/**
 * The session of one request under one name. Its methods send no cookie: `store.save`, `destroy` and `regenerate` return the cookies to
 * send, and an adapter sends them for you.
 *
 * All methods reject with `StoreUnavailableError` (503). Methods that write also reject with `SessionGoneError` or `ConflictError` (409),
 * `SessionTooLargeError`, `SerializationError`, and with `HeadersSentError` if they need a cookie that can no longer be sent; nothing is
 * stored then.
 */
export class Session<Data extends object = SessionData> {
  /** The cookie name. */
  readonly name: string;
  /** Why the request's cookie was not accepted; undefined if it was, or if there was none. */
  readonly rejected: SessionRejection | undefined;
  readonly #record: SessionRecord<Data>;
  readonly #cookie: BrowserCookie;
  /** A save was refused because its cookie cannot be sent. */
  #refused = false;
  #failedWrite: { readonly error: unknown } | undefined;

  /** @internal Use `store.load`, `store.create`, or `getSession` of an adapter. */
  constructor(parts: SessionParts<Data>) {
    this.name = parts.name;
    this.rejected = parts.rejected;
    this.#record = parts.record;
    this.#cookie = new BrowserCookie(parts);
  }

  /** The id: a secret. The first read of a new session reserves it, and neither stores anything nor sends a cookie. */
  get id(): string {
    return this.#record.id;
  }

  /** @internal The id under which the session is stored; empty while nothing is stored. */
  get storedId(): string {
    return this.#record.storedId;
  }

  /**
   * Names the session in logs and to users: no session can be loaded with it. Empty while nothing is stored. A user's session keeps it when it
   * gets a new id.
   */
  get publicId(): string {
    return this.#record.publicId;
  }

  /** True if the request had no cookie of a live session. gorilla/sessions, Session.IsNew */
  get isNew(): boolean {
    return this.#record.isNew;
  }

  /** The session data: always the same object. It has no prototype, so every key is free. */
  get values(): Partial<Data> {
    return this.#record.values;
  }

  /** The id of the user whose session this is: given to `regenerate`, or named by the values for `withPrincipal`. */
  get principal(): string | undefined {
    return this.#record.principal;
  }

  /** The words given to `regenerate`, to list the session by. */
  get label(): string | undefined {
    return this.#record.label;
  }

  /** When the session began. Known with `withAbsoluteTimeout` or a principal, from the first save on. */
  get createdAt(): Date | undefined {
    return this.#record.createdAt;
  }

  /** When the user logged in; undefined without a principal. */
  get authenticatedAt(): Date | undefined {
    return this.#record.authenticatedAt;
  }

  /**
   * Whether the user logged in within the last `seconds`: ask for the password again before a dangerous step if not.
   *
   * @throws ConfigError if `seconds` is no number above 0
   */
  isFresh(seconds: number): boolean {
    return this.#record.isFresh(seconds);
  }

  /**
   * This session's own cookie attributes; change them before it is saved. `maxAge` is stored with the session. Assigning a `maxAge` above
   * `withMaxAge` throws ConfigError.
   */
  get options(): ResolvedCookieOptions {
    return this.#cookie.options;
  }

  /** Adds a message for a later request. gorilla/sessions, Session.AddFlash */
  addFlash(flash: unknown, key?: string): void {
    this.#record.addFlash(flash, key);
  }

  /**
   * Returns the messages under `key` (default `"_flash"`). The next save removes them; another request may have read them before that.
   * gorilla/sessions, Session.Flashes
   */
  flashes(key?: string): unknown[] {
    return this.#record.flashes(key);
  }

  /** The same, and removes them at once: of requests that overlap only one gets each message. */
  takeFlashes(key?: string): Promise<unknown[]> {
    return this.#write(() => this.#record.takeFlashes(key));
  }

  /** Stores what changed, merged with the changes of other requests. A new session without data is not stored. */
  save(): Promise<void> {
    return this.#write(async () => {
      this.#cookie.apply();
      if (this.#cookie.endsSession) return this.#end();
      if (this.#record.state === "new" && this.#record.changed && !this.#canStart("save()")) return;
      const { maxAge } = this.#record;
      const grace = this.#renewalDue;
      if (grace !== undefined) await this.#record.regenerate({ grace });
      else if (await this.#record.save()) this.#cookie.renewIfDue(maxAge);
    });
  }

  /** Ends the session at once, for all requests, and removes its values. Only `regenerate` makes it usable again. */
  destroy(): Promise<void> {
    return this.#write(async () => {
      await this.#end();
      this.#cookie.apply(); // After the end: a wrong attribute must not keep a user logged in.
    });
  }

  /**
   * Moves the session, with its pending changes, to a new id. Call it at every login and change of privileges: the old id, which another
   * person may know (session fixation), is worth nothing afterwards.
   *
   * @throws ConfigError if an option is wrong, or if the cookie's attributes do not fit the request
   */
  regenerate(options: Regeneration<keyof Data & string> = {}): Promise<void> {
    return this.#write(async () => {
      this.#cookie.apply();
      if (!this.#cookie.canBeSent) throw this.#headersSent("regenerate()");
      const { mismatch } = this.#cookie;
      if (mismatch !== undefined) {
        throw new ConfigError(
          `regenerate() of the session "${this.name}" needs a cookie that would not come back: it ${mismatch}.`,
        );
      }
      await this.#record.regenerate(options);
    });
  }

  /** Loads the stored values again. Changes that were not saved are lost. */
  reload(): Promise<void> {
    return this.#record.reload();
  }

  /**
   * Runs `change` on the newest values and stores them; runs it again if another request was faster: for counters and lists. It has to be
   * synchronous. Resolves with its last result.
   */
  update<Result>(change: (values: Partial<Data>) => Result): Promise<Result> {
    return this.#write(async () => {
      this.#cookie.apply();
      if (this.#record.state === "new" && !this.#canStart("update()")) return change(this.values);
      const { maxAge } = this.#record;
      const result = await this.#record.update(change);
      this.#cookie.renewIfDue(maxAge);
      return result;
    });
  }

  /** Moves the expiry, in Redis and with the next cookie in the browser; stores nothing else. */
  async touch(): Promise<void> {
    await this.#record.touch();
    if (this.#record.state === "live") this.#cookie.renew();
  }

  /** What `console.log(session)` shows: the values and the public id, and not the id, which is a secret. */
  [inspect.custom](_depth: unknown, options: InspectOptions): string {
    const { name, publicId, isNew, rejected, principal, values } = this;
    const shown = {
      name,
      publicId,
      state: this.#record.state,
      isNew,
      ...(rejected && { rejected }),
      ...(principal !== undefined && { principal }),
      values: { ...values },
    };
    return `Session ${inspect(shown, options)}`;
  }

  /** @internal Whether there is anything to store, or a cookie to send. */
  needsSave(): boolean {
    if (this.#cookie.isDue() || this.#renewalDue !== undefined) return true;
    const { state } = this.#record;
    if (this.#cookie.endsSession) return state === "live";
    return state === "new" && this.#refused ? false : this.#record.changed;
  }

  /** @internal The last write, if it failed. */
  get failedWrite(): { readonly error: unknown } | undefined {
    return this.#failedWrite;
  }

  /** @internal The cookies to send, each once. */
  takeCookies(context: SaveContext = {}): SetCookie[] {
    return this.#cookie.take(context);
  }

  /** @internal The cookies to send although a save failed: the session has a new id, or has ended. */
  takeOwedCookies(context?: SaveContext): SetCookie[] {
    return this.#cookie.isOwed() ? this.takeCookies(context) : [];
  }

  /** Seconds of grace with which the session is to be renewed with this response. */
  get #renewalDue(): number | undefined {
    const grace = this.#record.renewalDue;
    return grace !== undefined && this.#cookie.canBeRenewed ? grace : undefined;
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    try {
      const result = await write();
      this.#failedWrite = undefined;
      return result;
    } catch (error) {
      this.#failedWrite = { error };
      throw error;
    }
  }

  async #end(): Promise<void> {
    if (await this.#record.destroy()) this.#cookie.clear();
  }

  /**
   * Whether a record may be created: its cookie has to reach the browser, or no request would ever find the record.
   *
   * @throws HeadersSentError
   */
  #canStart(method: string): boolean {
    const { canBeSent, mismatch } = this.#cookie;
    if (canBeSent && mismatch === undefined) return true;
    this.#refused = true;
    if (!canBeSent) throw this.#headersSent(method);
    warnOfMismatch(this.name, mismatch as string);
    return false;
  }

  #headersSent(method: string): HeadersSentError {
    return new HeadersSentError(
      `${method} of the session "${this.name}" needs a cookie, and none can be sent any more: the response has begun, or the request has none (a WebSocket). Nothing was stored. Do it before the first byte of an ordinary response.`,
    );
  }
}
