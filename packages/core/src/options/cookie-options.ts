// The attributes of a session cookie: their defaults, and the values and combinations that browsers refuse.
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";

/** Attributes of the cookie. */
export interface CookieOptions {
  /** Default `"/"`. */
  path?: string;
  /** Left out (the default), only the host that set the cookie gets it. */
  domain?: string | undefined;
  /** Seconds: above 0 it is kept that long, 0 ends it with the browser, below 0 ends the session at the next save. Default 30 days. */
  maxAge?: number;
  /** `"auto"` (default): on where the request came over TLS, and where the browser would refuse the cookie otherwise. */
  secure?: boolean | "auto";
  /** Default true: scripts in the page cannot read it. */
  httpOnly?: boolean;
  /** Default `"lax"`; `false` leaves the attribute out. */
  sameSite?: "strict" | "lax" | "none" | false;
  /** Default false: one cookie jar for all top-level sites (CHIPS). */
  partitioned?: boolean;
  /** Which cookies Chromium evicts first; left out by default. */
  priority?: "low" | "medium" | "high" | undefined;
}

/** Every attribute resolved. */
export type ResolvedCookieOptions = Required<CookieOptions>;

/** 30 days, as in redistore.go (sessionExpire). */
const DEFAULT_MAX_AGE_SECONDS = 30 * 86_400;

/** RFC 6265bis, section 5.6: browsers cut Max-Age to 400 days. */
const MAX_SECONDS = 400 * 86_400;

export const DEFAULT_COOKIE_OPTIONS: ResolvedCookieOptions = {
  path: "/",
  domain: undefined,
  maxAge: DEFAULT_MAX_AGE_SECONDS,
  secure: "auto",
  httpOnly: true,
  sameSite: "lax",
  partitioned: false,
  priority: undefined,
};

/** Checks a duration in whole seconds. `what` names it in the message: `withMaxAge`. */
export function checkSeconds(what: string, seconds: unknown, minimum: number = 0): number {
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < minimum) {
    throw new ConfigError(
      `${what} is ${String(seconds)}. It takes whole seconds, ${minimum} or more.`,
    );
  }
  if (seconds > MAX_SECONDS) {
    throw new ConfigError(
      `${what} is ${seconds} seconds, over 400 days. Were milliseconds meant? Then it is ${Math.round(seconds / 1000)} seconds.`,
    );
  }
  return seconds;
}

/** An RFC 6265 cookie name (an RFC 2616 token), as gorilla/sessions checks it (lex.go). */
export function checkCookieName(name: unknown): string {
  if (typeof name === "string" && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  throw new ConfigError(
    `The cookie name is ${JSON.stringify(name)}. It takes letters, digits and !#$%&'*+-.^_\`|~, at least one of them.`,
  );
}

type Check = (value: unknown) => boolean;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);

/** What each attribute takes, and how to say so. No character that could end the attribute gets through. */
const ATTRIBUTES: Record<keyof CookieOptions, { readonly ok: Check; readonly takes: string }> = {
  path: {
    ok: (path) => typeof path === "string" && /^\/[\x20-\x3a\x3c-\x7e]*$/.test(path),
    takes: 'a path that begins with "/"',
  },
  domain: {
    ok: (domain) =>
      domain === undefined ||
      (typeof domain === "string" && /^\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(domain)),
    takes: 'a host name such as "example.com", without scheme, port or path',
  },
  maxAge: { ok: (maxAge) => maxAge !== undefined, takes: "seconds" },
  secure: { ok: oneOf(true, false, "auto"), takes: 'true, false or "auto"' },
  httpOnly: { ok: oneOf(true, false), takes: "true or false" },
  sameSite: {
    ok: oneOf("strict", "lax", "none", false),
    takes: '"strict", "lax", "none" or false',
  },
  partitioned: { ok: oneOf(true, false), takes: "true or false" },
  priority: { ok: oneOf("low", "medium", "high", undefined), takes: '"low", "medium" or "high"' },
};

/** For {@link checkOptionNames}. */
export const COOKIE_OPTION_NAMES: readonly string[] = Object.keys(ATTRIBUTES);

/** Checks each attribute by itself. `by` is who sets them: `withSessionOptions`. */
export function checkCookieOptions(by: string, options: CookieOptions): void {
  checkOptionNames(by, options, COOKIE_OPTION_NAMES);
  for (const [name, value] of Object.entries(options)) {
    const attribute = ATTRIBUTES[name as keyof CookieOptions];
    if (!attribute.ok(value))
      throw new ConfigError(
        `${by}: ${name} is ${JSON.stringify(value)}. It takes ${attribute.takes}.`,
      );
  }
  if (options.maxAge !== undefined) checkSeconds(`${by}: maxAge`, options.maxAge, -MAX_SECONDS);
}

/** Refuses a cookie that would outlive its signature. `signatureAge` is in seconds, 0 without an end. */
export function checkSignatureAge(by: string, maxAge: number, signatureAge: number): void {
  if (signatureAge === 0 || maxAge <= signatureAge) return;
  throw new ConfigError(
    `${by}: maxAge is ${maxAge} seconds, but the signature of the cookie expires after ${signatureAge}. Raise withMaxAge to the longest maxAge you use.`,
  );
}

/** Checks what a browser would refuse of `name` with all of its attributes (RFC 6265bis, sections 4.1.3 and 5.7; CHIPS). */
export function checkCookie(name: string, options: ResolvedCookieOptions): void {
  const need = secureBecause(name, options);
  if (need && options.secure === false) {
    throw new ConfigError(
      `Browsers refuse the cookie "${name}": ${need} needs secure. Set secure to true or "auto".`,
    );
  }
  if (hasPrefix(name, "__Host-")) {
    if (options.domain !== undefined) {
      throw new ConfigError(
        `Browsers refuse the cookie "${name}": __Host- allows no domain. Leave the domain out, or name it __Secure-....`,
      );
    }
    if (options.path !== "/") {
      throw new ConfigError(
        `Browsers refuse the cookie "${name}": __Host- needs the path "/". Set it, or name the cookie __Secure-....`,
      );
    }
  }
}

/** What makes browsers demand the Secure attribute, if anything does: `"auto"` is on then. */
export function secureBecause(
  name: string,
  { sameSite, partitioned }: ResolvedCookieOptions,
): string | undefined {
  if (hasPrefix(name, "__Host-")) return "the prefix __Host-";
  if (hasPrefix(name, "__Secure-")) return "the prefix __Secure-";
  if (sameSite === "none") return 'sameSite "none"';
  if (partitioned) return "partitioned";
  return undefined;
}

// Browsers match the prefixes without regard to case (RFC 6265bis, section 5.4).
function hasPrefix(name: string, prefix: string): boolean {
  return name.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
}
