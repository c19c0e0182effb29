// One session of one request: its data, and what its browser has to be told about it.
import { handleOf, publish, trace, type Operation, type OperationContext } from "../diagnostics.ts";
import { SessionGoneError } from "../errors.ts";
import {
  checkCookie,
  checkCookieOptions,
  type ResolvedCookieOptions,
} from "../options/cookie-options.ts";
import type { Regeneration } from "../records/regeneration.ts";
import type { SessionRecord } from "../records/session-record.ts";
import type { SaveContext } from "./redi-store.ts";
import type { SessionData } from "./session-data.ts";
import { clearingCookie, sessionCookie, type SetCookie } from "./set-cookie.ts";

/** Why a cookie that came was not accepted. `"gone"`: it was good, but its session has ended. */
export type SessionRejection = "expired" | "tampered" | "malformed" | "gone";

/** @internal What a session needs of its store. */
export interface SessionHost {
  readonly cookieOptions: ResolvedCookieOptions;
  readonly encode: (name: string, id: string) => string;
  readonly now: () => number;
  /** Throws where the cookie's signature would expire before the cookie. */
  readonly checkMaxAge: (maxAge: number) => void;
}

/** @internal The cookie that a session was loaded by. */
export interface Arrival {
  readonly id: string;
  readonly issuedAt: number;
  readonly keyIndex: number;
}

/** A cookie is issued anew with a save once this part of its age is over: rarely, and long before it expires. */
const RENEW_AFTER = 0.1;

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
  readonly #host: SessionHost;
  readonly #record: SessionRecord<Data>;
  #options: ResolvedCookieOptions | undefined;
  /** What the browser has, or will have with the cookies that were handed out. */
  #browser: { readonly id: string; readonly issuedAt: number } | undefined;
  /** The options as the browser knows them, once they were looked at. */
  #knownOptions: ResolvedCookieOptions | undefined;
  #renew: boolean;
  #clear = false;

  /** @internal Use `store.load`, `store.create`, or `getSession` of an adapter. */
  constructor(
    host: SessionHost,
    name: string,
    record: SessionRecord<Data>,
    arrival?: Arrival,
    rejected?: SessionRejection,
  ) {
    this.#host = host;
    this.name = name;
    this.#record = record;
    this.#browser = arrival;
    this.#renew = arrival !== undefined && arrival.keyIndex > 0;
    this.rejected = rejected;
  }

  /** The id: a secret. Empty as long as the session is stored nowhere. */
  get id(): string {
    return this.#record.id;
  }

  /** A public name for the id, safe to show and to log. Empty as long as there is no id. */
  get handle(): string {
    return handleOf(this.#record.id);
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
    if (!this.#options) {
      this.#options = { ...this.#host.cookieOptions, maxAge: this.#record.maxAge };
      this.#knownOptions = { ...this.#options };
    }
    return this.#options;
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
  save(): Promise<void> {
    return this.#run("save", async () => {
      if (this.#applyOptions() < 0) return this.#end();
      if (await this.#record.save()) this.#renewIfDue();
    });
  }

  /** Ends the session at once, for all requests. Its values are gone; only `regenerate` makes it usable again. */
  destroy(): Promise<void> {
    return this.#run("destroy", () => this.#end());
  }

  /**
   * Moves the session, with its pending changes, to a fresh id. Call it at every login and change of privileges: whoever knew the
   * old id (session fixation) is left with nothing.
   *
   * @throws ConfigError if `grace` is out of range
   */
  regenerate(options: Regeneration = {}): Promise<void> {
    return this.#run("regenerate", async () => {
      this.#applyOptions();
      await this.#record.regenerate(options);
    });
  }

  /** Takes what is stored now; changes that were not saved are dropped. */
  reload(): Promise<void> {
    return this.#record.reload();
  }

  /**
   * Changes the newest values and stores them, running `change` again whenever another request was faster: for counters and lists.
   * It has to be synchronous. Gives what it returned last.
   */
  update<Result>(change: (values: Partial<Data>) => Result): Promise<Result> {
    return this.#run("save", async () => {
      this.#applyOptions();
      const result = await this.#record.update(change);
      this.#renewIfDue();
      return result;
    });
  }

  /** Puts the expiry off, in Redis and with the next cookie in the browser, and stores nothing else. */
  async touch(): Promise<void> {
    await this.#record.touch();
    this.#renew ||= this.#record.state === "live";
  }

  /** @internal Whether there is anything to store, or a cookie to send. */
  needsSave(): boolean {
    if (this.#needsCookie()) return true;
    if (this.#options) {
      if (this.#options.maxAge < 0) return this.#record.state === "live";
      this.#record.maxAge = this.#options.maxAge;
    }
    return this.#record.changed;
  }

  /** @internal The cookies to send, each once. */
  takeCookies(context: SaveContext = {}): SetCookie[] {
    if (!this.#needsCookie()) return [];
    const moment = { secure: context.secure ?? false, now: this.#host.now() };
    const options = { ...this.options };
    this.#knownOptions = options;
    this.#renew = false;
    this.#clear = false;
    if (this.#record.state !== "live") {
      this.#browser = undefined;
      return [clearingCookie(this.name, options, moment)];
    }
    this.#browser = { id: this.#record.id, issuedAt: moment.now };
    return [
      sessionCookie(this.name, this.#host.encode(this.name, this.#record.id), options, moment),
    ];
  }

  /** @internal Those that have to be sent even though a save failed: of a session that has moved or ended. */
  takeOwedCookies(context?: SaveContext): SetCookie[] {
    return this.#clear || this.#hasMoved() ? this.takeCookies(context) : [];
  }

  #needsCookie(): boolean {
    if (this.#record.state !== "live") return this.#clear;
    return this.#renew || this.#hasMoved() || this.#hasNewOptions();
  }

  #hasMoved(): boolean {
    return this.#record.state === "live" && this.#record.id !== this.#browser?.id;
  }

  #hasNewOptions(): boolean {
    const [options, known] = [this.#options, this.#knownOptions];
    if (!options || !known) return false;
    return (Object.keys(known) as (keyof ResolvedCookieOptions)[]).some(
      (name) => options[name] !== known[name],
    );
  }

  /** Checks this session's own options and gives its maxAge. */
  #applyOptions(): number {
    if (!this.#options) return this.#record.maxAge;
    const { maxAge } = this.#options;
    checkCookieOptions(`session.options of "${this.name}"`, this.#options);
    checkCookie(this.name, this.#options);
    this.#host.checkMaxAge(maxAge);
    if (maxAge >= 0) this.#record.maxAge = maxAge;
    return maxAge;
  }

  /** Follows the record's new expiry with the cookie's, but not at every save. */
  #renewIfDue(): void {
    const { maxAge } = this.#record;
    const age = this.#host.now() - (this.#browser?.issuedAt ?? 0);
    if (maxAge > 0 && age >= maxAge * RENEW_AFTER) this.#renew = true;
  }

  async #end(): Promise<void> {
    if (await this.#record.destroy()) this.#clear = true;
  }

  #run<Result>(operation: Operation, run: () => Promise<Result>): Promise<Result> {
    const context = (): OperationContext => ({ name: this.name, handle: this.handle });
    return trace(operation, context, run).catch((error: unknown) => {
      if (error instanceof SessionGoneError) {
        publish("gone", () => ({ name: this.name, handle: handleOf(this.#browser?.id ?? "") }));
      }
      throw error;
    });
  }
}
