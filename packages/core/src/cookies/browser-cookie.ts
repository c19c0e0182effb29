// What the browser has of one session, and what it has to be told.
import {
  checkCookie,
  checkCookieOptions,
  checkSignatureAge,
  type ResolvedCookieOptions,
} from "../options/cookie-options.ts";
import type { SaveContext } from "../session/redi-store.ts";
import { clearingCookie, sessionCookie, type Moment, type SetCookie } from "./set-cookie.ts";

/** What a session needs of its store. */
export interface SessionHost {
  readonly cookieOptions: ResolvedCookieOptions;
  readonly encode: (name: string, id: string) => string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Seconds after which no cookie is accepted any more; 0 is never. */
  readonly signatureAge: number;
}

/** The cookie that a session was loaded by. */
export interface Arrival {
  readonly id: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  readonly keyIndex: number;
}

/** What the cookie needs to know of the record. */
export interface CookieSubject {
  /** Empty while nothing is stored. */
  readonly storedId: string;
  /** Seconds. */
  maxAge: number;
}

/** A cookie is issued anew with a save once this part of its age is over: rarely, and long before it expires. */
const RENEW_AFTER = 0.1;

export class BrowserCookie {
  readonly #host: SessionHost;
  readonly #name: string;
  readonly #subject: CookieSubject;
  #options: ResolvedCookieOptions | undefined;
  /** As they were when they were last checked: nothing else may get into a header. */
  #checkedOptions: ResolvedCookieOptions | undefined;
  /** As the browser knows them, once they were looked at. */
  #knownOptions: ResolvedCookieOptions | undefined;
  /** What the browser has, or will have with the cookies that were handed out. */
  #sent: { readonly id: string; readonly issuedAt: number } | undefined;
  #renew: boolean;
  #clear = false;
  /** A cookie that is no renewal was handed out. A later one takes its place in the same response. */
  #hasChanged = false;

  constructor(host: SessionHost, name: string, subject: CookieSubject, arrival?: Arrival) {
    this.#host = host;
    this.#name = name;
    this.#subject = subject;
    this.#sent = arrival;
    this.#renew = arrival !== undefined && arrival.keyIndex > 0;
  }

  /** The id that the browser has; empty if it has none. */
  get sentId(): string {
    return this.#sent?.id ?? "";
  }

  /** This session's own attributes, for code to change. */
  get options(): ResolvedCookieOptions {
    if (!this.#options) {
      this.#options = this.#startOptions();
      this.#knownOptions = { ...this.#options };
    }
    return this.#options;
  }

  /** Whether the session's own maxAge is one that ends it. */
  get endsSession(): boolean {
    return this.#options !== undefined && this.#options.maxAge < 0;
  }

  /** Checks the session's own attributes, and has the record last as long as the cookie. @throws ConfigError */
  apply(): void {
    if (!this.#options) return;
    const options = { ...this.#options };
    const by = `session.options of "${this.#name}"`;
    checkCookieOptions(by, options);
    checkCookie(this.#name, options);
    checkSignatureAge(by, options.maxAge, this.#host.signatureAge);
    this.#checkedOptions = options;
    if (options.maxAge >= 0) this.#subject.maxAge = options.maxAge;
  }

  /** Follows the record's new expiry with the cookie's, but not at every save. A browser session's signature gets old as well. */
  renewIfDue(): void {
    const lifetime = this.#maxAge() || this.#host.signatureAge;
    const age = this.#host.now() - (this.#sent?.issuedAt ?? 0);
    if (lifetime > 0 && age >= lifetime * RENEW_AFTER) this.#renew = true;
  }

  /** Has it sent anew. */
  renew(): void {
    this.#renew = true;
  }

  /** Has it cleared: its session was ended. */
  clear(): void {
    this.#clear = true;
  }

  /** Whether there is anything to tell. */
  isDue(): boolean {
    if (!this.#subject.storedId) return this.#clear;
    return this.#renew || this.#hasMoved() || this.#hasNewOptions();
  }

  /** Whether it has to be told in any case: the session has moved or ended. */
  isOwed(): boolean {
    return this.#clear || this.#hasMoved();
  }

  /** What is due, once. */
  take(context: SaveContext): SetCookie[] {
    if (!this.isDue()) return [];
    const { storedId: id } = this.#subject;
    const moment: Moment = { secure: context.secure ?? false, now: this.#host.now() };
    const options = this.#checkedOptions ?? this.#startOptions();
    this.#hasChanged ||= !id || this.#hasMoved() || this.#hasNewOptions();
    this.#knownOptions = options;
    this.#renew = false;
    this.#clear = false;
    this.#sent = id ? { id, issuedAt: moment.now } : undefined;
    if (!id) return [clearingCookie(this.#name, options, moment)];
    const value = this.#host.encode(this.#name, id);
    return [sessionCookie(this.#name, value, options, moment, !this.#hasChanged)];
  }

  #hasMoved(): boolean {
    const { storedId } = this.#subject;
    return storedId !== "" && storedId !== this.#sent?.id;
  }

  #hasNewOptions(): boolean {
    const [options, known] = [this.#options, this.#knownOptions];
    if (!options || !known) return false;
    return (Object.keys(known) as (keyof ResolvedCookieOptions)[]).some(
      (name) => options[name] !== known[name],
    );
  }

  /** The store's, with the session's own maxAge. */
  #startOptions(): ResolvedCookieOptions {
    return { ...this.#host.cookieOptions, maxAge: this.#maxAge() };
  }

  /** The session's own, cut to the signature's age, which may have been longer when it was chosen. */
  #maxAge(): number {
    const { signatureAge } = this.#host;
    const { maxAge } = this.#subject;
    return signatureAge > 0 ? Math.min(maxAge, signatureAge) : maxAge;
  }
}
