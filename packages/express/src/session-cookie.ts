// req.session.cookie as users of express-session know it: the session's own cookie options, with milliseconds and dates.
import { ConfigError, type ResolvedCookieOptions } from "@redistore/core";

/** RFC 6265bis, section 5.6: browsers cut Max-Age to 400 days. */
const MAX_MILLISECONDS = 400 * 86_400_000;

/** What express-session takes for "no maxAge": the cookie ends with the browser. */
type None = false | null | undefined;

/**
 * The cookie of one session. To change it changes this session alone, from its next save on; `maxAge` and `expires` are the lifetime of
 * the session in Redis, too.
 */
export class SessionCookie {
  readonly #options: ResolvedCookieOptions;

  /** @param options `session.options` of the core session */
  constructor(options: ResolvedCookieOptions) {
    this.#options = options;
  }

  /** Milliseconds from a save on; null for a session that ends with the browser. Set to 0 or below it ends the session. */
  get maxAge(): number | null {
    const { maxAge } = this.#options;
    return maxAge === 0 ? null : Math.max(maxAge, 0) * 1000;
  }

  /** @throws ConfigError where it is no number, or over 400 days */
  set maxAge(milliseconds: number | None) {
    this.#options.maxAge = toSeconds(milliseconds);
  }

  /** The same as `maxAge`: express-session counts that down, here it stays. */
  get originalMaxAge(): number | null {
    return this.maxAge;
  }

  set originalMaxAge(milliseconds: number | None) {
    this.maxAge = milliseconds;
  }

  /** When the cookie would expire if it were sent now; null for a session that ends with the browser. */
  get expires(): Date | null {
    const { maxAge } = this;
    return maxAge === null ? null : new Date(Date.now() + maxAge);
  }

  set expires(date: Date | None) {
    this.maxAge = date instanceof Date ? date.getTime() - Date.now() : date;
  }

  get path(): string {
    return this.#options.path;
  }

  set path(path: string) {
    this.#options.path = path;
  }

  get domain(): string | undefined {
    return this.#options.domain;
  }

  set domain(domain: string | None) {
    this.#options.domain = domain || undefined;
  }

  get httpOnly(): boolean {
    return this.#options.httpOnly;
  }

  set httpOnly(httpOnly: boolean | null | undefined) {
    this.#options.httpOnly = Boolean(httpOnly);
  }

  get secure(): boolean | "auto" {
    return this.#options.secure;
  }

  set secure(secure: boolean | "auto" | null | undefined) {
    this.#options.secure = secure || false;
  }

  get sameSite(): ResolvedCookieOptions["sameSite"] {
    return this.#options.sameSite;
  }

  /** True is "strict". */
  set sameSite(sameSite: "strict" | "lax" | "none" | boolean | null | undefined) {
    this.#options.sameSite = sameSite === true ? "strict" : sameSite || false;
  }

  get partitioned(): boolean {
    return this.#options.partitioned;
  }

  set partitioned(partitioned: boolean | null | undefined) {
    this.#options.partitioned = Boolean(partitioned);
  }

  get priority(): ResolvedCookieOptions["priority"] {
    return this.#options.priority;
  }

  set priority(priority: ResolvedCookieOptions["priority"] | null) {
    this.#options.priority = priority || undefined;
  }

  /** As express-session shows it. */
  toJSON(): Record<string, unknown> {
    const { originalMaxAge, partitioned, priority, expires } = this;
    const { secure, httpOnly, domain, path, sameSite } = this;
    return {
      originalMaxAge,
      partitioned,
      priority,
      expires,
      secure,
      httpOnly,
      domain,
      path,
      sameSite,
    };
  }
}

function toSeconds(milliseconds: number | None): number {
  if (milliseconds === null || milliseconds === undefined || milliseconds === false) return 0;
  if (typeof milliseconds !== "number" || !(milliseconds <= MAX_MILLISECONDS)) {
    throw new ConfigError(
      `req.session.cookie.maxAge is ${String(milliseconds)}. It takes milliseconds, 400 days at most, or null for a session that ends with the browser.`,
    );
  }
  // 0 and below is over at once there, and for the store a browser session.
  return milliseconds > 0 ? Math.ceil(milliseconds / 1000) : -1;
}
