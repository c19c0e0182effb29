// Decides which cookie a response has to send for one session: a new one, a renewed one, one that clears, or none.
import {
  checkCookie,
  checkCookieOptions,
  checkSignatureAge,
  type ResolvedCookieOptions,
} from "../options/cookie-options.ts";
import type { CookieCarrier, SaveContext } from "./cookie-carrier.ts";
import { mismatchOf } from "./cookie-mismatch.ts";
import { clearingCookie, sessionCookie, type CookieContext, type SetCookie } from "./set-cookie.ts";

/** How cookies of one name are made. */
export interface CookieSettings {
  readonly cookieOptions: ResolvedCookieOptions;
  /** The header Clear-Site-Data of the response that ends a session. */
  readonly clearSiteData?: string | undefined;
  readonly encode: (name: string, id: string) => string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Seconds after which no cookie is accepted any more; 0 is never. */
  readonly signatureAge: number;
}

/** The cookie by which a session was loaded. */
interface LoadedCookie {
  readonly id: string;
  /** Unix seconds. */
  readonly issuedAt: number;
  /** The place of the key pair that verified it; above 0 for an old pair. */
  readonly keyIndex: number;
}

/** The part of a session's record that its cookie depends on. */
export interface CookieRecord {
  /** Empty while nothing is stored. */
  readonly storedId: string;
  /** True if the browser must not learn `storedId`: it sent an old id, which may be stolen. */
  readonly withholdsCookie: boolean;
  /** Seconds. */
  maxAge: number;
  /** Seconds until the session ends, whatever its maxAge; Infinity if it does not. */
  readonly secondsLeft: number;
}

/** The parts of {@link BrowserCookie}. */
export interface CookieParts {
  readonly settings: CookieSettings;
  readonly name: string;
  readonly record: CookieRecord;
  readonly loaded?: LoadedCookie | undefined;
  /** The loaded cookie is to be sent anew: activity has moved the expiry of its session. */
  readonly isDue?: boolean | undefined;
  /** The request has cookies of this name, and none of them can be good, in this process or in another. */
  readonly hasDeadCookie?: boolean | undefined;
  readonly carrier?: CookieCarrier | undefined;
}

/** A save issues the cookie anew after this part of its lifetime: rarely, and long before it expires. */
const RENEW_AFTER = 0.1;

/**
 * A cookie that is worth nothing is removed only by a response that takes no longer, in seconds. No user logs in that fast in another tab, and
 * a later response could remove the login's cookie.
 */
const DROP_WITHIN = 1;

export class BrowserCookie {
  readonly #settings: CookieSettings;
  readonly #name: string;
  readonly #record: CookieRecord;
  readonly #carrier: CookieCarrier | undefined;
  #options: ResolvedCookieOptions | undefined;
  /** The maxAge that code assigned to the options. */
  #chosen: { readonly maxAge: number } | undefined;
  /** The options when they were last checked; only checked ones get into a header. */
  #checkedOptions: ResolvedCookieOptions | undefined;
  /** The options of the cookie that the browser has, once the session's own were read. */
  #sentOptions: ResolvedCookieOptions | undefined;
  /** What the browser has, or gets with the cookies that were taken. */
  #sent: { readonly id: string; readonly issuedAt: number } | undefined;
  #renew: boolean;
  #clear = false;
  /** Until when the browser's cookie, which is worth nothing, may be removed, in Unix seconds. */
  #dropUntil: number | undefined;
  /** A cookie that is no renewal was taken. A later one takes its place in the same response. */
  #hasChanged = false;

  constructor({ settings, name, record, loaded, isDue, hasDeadCookie, carrier }: CookieParts) {
    this.#settings = settings;
    this.#name = name;
    this.#record = record;
    this.#carrier = carrier;
    this.#sent = loaded;
    this.#renew = isDue === true || (loaded !== undefined && loaded.keyIndex > 0);
    if (hasDeadCookie) this.#dropUntil = settings.now() + DROP_WITHIN;
  }

  /** This session's own attributes, for code to change. */
  get options(): ResolvedCookieOptions {
    if (!this.#options) {
      this.#options = this.#ownOptions();
      this.#sentOptions = { ...this.#options };
    }
    return this.#options;
  }

  /** Whether the session's own maxAge is one that ends it. */
  get endsSession(): boolean {
    return this.#options !== undefined && this.#options.maxAge < 0;
  }

  /** Why a cookie for a new id would never come back to this request. Undefined if it would, or if nothing is known of the request. */
  get mismatch(): string | undefined {
    const { path } = this.#settings.cookieOptions;
    const { secure } = this.#options ?? this.#settings.cookieOptions;
    return this.#carrier && mismatchOf(this.#carrier, { path, secure });
  }

  /** Whether a cookie can still be sent. */
  get canBeSent(): boolean {
    return this.#carrier?.canSendCookies() ?? true;
  }

  /** Whether the response carries a cookie that need not be sent now. */
  get canBeRenewed(): boolean {
    return this.canBeSent && this.mismatch === undefined && !this.#carrier?.mayBeShared?.();
  }

  /** Checks the session's own attributes, and gives the record the lifetime of the cookie. @throws ConfigError */
  apply(): void {
    if (!this.#options) return;
    const options = { ...this.#options };
    checkCookieOptions(this.#by, options);
    checkCookie(this.#name, options);
    checkSignatureAge(this.#by, options.maxAge, this.#settings.signatureAge);
    this.#checkedOptions = options;
    if (this.#chosen !== undefined && options.maxAge >= 0) this.#record.maxAge = options.maxAge;
  }

  /**
   * Renews the cookie after a save, which moved the record's expiry, but not at every save. Signatures of browser sessions age, too.
   *
   * @param earlier the record's maxAge before the save, which a login may have changed
   */
  renewIfDue(earlier: number): void {
    if (this.#record.maxAge !== earlier) this.#renew = true;
    const lifetime = this.#maxAge() || this.#settings.signatureAge;
    const age = this.#settings.now() - (this.#sent?.issuedAt ?? 0);
    if (lifetime > 0 && age >= lifetime * RENEW_AFTER) this.#renew = true;
  }

  /** Has the cookie sent anew. */
  renew(): void {
    this.#renew = true;
  }

  /** Has the cookie cleared: its session was ended. */
  clear(): void {
    this.#clear = true;
  }

  /** Whether there is a cookie to send. */
  isDue(): boolean {
    if (!this.#record.storedId) return this.#clear || this.#isDropped();
    if (this.#record.withholdsCookie) return false;
    return (this.#renew || this.#hasMoved() || this.#hasNewOptions()) && !this.#isRefused();
  }

  /** Whether an error response has to send it, too: the session has a new id, or has ended. */
  isOwed(): boolean {
    return this.#clear || (this.#hasMoved() && !this.#isRefused());
  }

  /** The cookie to send, once. */
  take({ secure }: SaveContext): SetCookie[] {
    if (!this.isDue()) return [];
    const { storedId: id } = this.#record;
    // The record has the last word on maxAge: it may be cut, or change with a login.
    const given = this.#checkedOptions ?? this.#settings.cookieOptions;
    const options = { ...given, maxAge: this.#lifetime() };
    const context: CookieContext = {
      // Only "auto" depends on the request. A carrier may warn when it is asked.
      secure: options.secure === "auto" && (secure ?? this.#carrier?.isSecure() ?? false),
      now: this.#settings.now(),
    };
    this.#hasChanged ||= this.#clear || this.#hasMoved() || this.#hasNewOptions();
    this.#sentOptions = this.#checkedOptions ?? options;
    const { clearSiteData } = this.#clear ? this.#settings : {};
    this.#renew = false;
    this.#clear = false;
    this.#dropUntil = undefined;
    this.#sent = id ? { id, issuedAt: context.now } : undefined;
    if (!id) {
      const cookie = clearingCookie(this.#name, options, context, !this.#hasChanged);
      return [clearSiteData === undefined ? cookie : { ...cookie, clearSiteData }];
    }
    const value = this.#settings.encode(this.#name, id);
    return [sessionCookie(this.#name, value, options, context, !this.#hasChanged)];
  }

  get #by(): string {
    return `session.options of "${this.#name}"`;
  }

  /** A Secure cookie is not sent over plain HTTP, where others could read it. express-session sends none, either. */
  #isRefused(): boolean {
    const { secure } = this.#checkedOptions ?? this.#settings.cookieOptions;
    return secure === true && this.#carrier?.isSecure() === false;
  }

  #isDropped(): boolean {
    if (this.#dropUntil === undefined) return false;
    return this.#settings.now() < this.#dropUntil && !this.#isRefused();
  }

  #hasMoved(): boolean {
    const { storedId } = this.#record;
    return storedId !== "" && storedId !== this.#sent?.id;
  }

  #hasNewOptions(): boolean {
    const [options, sent] = [this.#options, this.#sentOptions];
    if (!options || !sent) return false;
    return (Object.keys(sent) as (keyof ResolvedCookieOptions)[]).some(
      (name) => options[name] !== sent[name] && (name !== "maxAge" || this.#chosen !== undefined),
    );
  }

  /** The attributes for code to change. Its `maxAge` follows the record's until code assigns one, which is checked at once. */
  #ownOptions(): ResolvedCookieOptions {
    const get = (): number => (this.#chosen ? this.#chosen.maxAge : this.#maxAge());
    const set = (maxAge: number): void => {
      if (Number.isInteger(maxAge)) {
        checkSignatureAge(this.#by, maxAge, this.#settings.signatureAge);
      }
      this.#chosen = { maxAge };
    };
    const options = { ...this.#settings.cookieOptions };
    return Object.defineProperty(options, "maxAge", { enumerable: true, get, set });
  }

  /** The cookie's Max-Age: it does not outlive the session. 0 stays 0. */
  #lifetime(): number {
    return Math.min(this.#maxAge(), Math.max(1, Math.ceil(this.#record.secondsLeft)));
  }

  /** The session's own maxAge, cut to the signature's age, which may have been longer when the session was stored. */
  #maxAge(): number {
    const { signatureAge } = this.#settings;
    const { maxAge } = this.#record;
    return signatureAge > 0 ? Math.min(maxAge, signatureAge) : maxAge;
  }
}
