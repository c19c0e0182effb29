// The attributes of a session cookie: their defaults, and the values and combinations that browsers refuse.
import { inspect } from "node:util";
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";

/** The attributes of a cookie. */
export interface CookieOptions {
  /** Default `"/"`. */
  path?: string;
  /** Default: none, and only the host that set the cookie gets it back. */
  domain?: string | undefined;
  /** Seconds. Above 0: the lifetime. 0: until the browser closes. Below 0: the next save ends the session. Default 30 days. */
  maxAge?: number;
  /** `"auto"` (default): true if the request came over TLS, or if browsers would refuse the cookie without it. */
  secure?: boolean | "auto";
  /** Default true: scripts in the page cannot read the cookie. */
  httpOnly?: boolean;
  /** Default `"lax"`; `false` omits the attribute. */
  sameSite?: "strict" | "lax" | "none" | false;
  /** Default false. True: in an iframe, the cookie is separate for each top-level site (CHIPS). */
  partitioned?: boolean;
  /** Which cookies Chromium evicts first. Default: none. */
  priority?: "low" | "medium" | "high" | undefined;
}

/** Cookie options with every default filled in. */
export type ResolvedCookieOptions = Required<CookieOptions>;

/** 30 days, as in redistore.go (sessionExpire). */
const DEFAULT_MAX_AGE_SECONDS = 30 * 86_400;

/** RFC 6265bis, section 5.6: browsers limit Max-Age to 400 days. */
const MAX_SECONDS = 400 * 86_400;

/** RFC 6265bis, section 5.6: name and value are 4096 bytes at most. The value, of an id of 52 characters, takes 200. */
const MAX_NAME_LENGTH = 3840;

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

/** Checks a duration in whole seconds. `subject` begins the message: `"withMaxAge"`. @throws ConfigError */
export function checkSeconds(subject: string, seconds: unknown, minimum: number = 0): number {
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < minimum) {
    throw new ConfigError(
      `${subject} is ${inspect(seconds)}. It takes whole seconds, ${minimum} or more.`,
    );
  }
  if (seconds > MAX_SECONDS) {
    throw new ConfigError(
      `${subject} is ${seconds} seconds, over 400 days. Did you mean milliseconds? They would be ${Math.round(seconds / 1000)} seconds.`,
    );
  }
  return seconds;
}

/** An RFC 6265 cookie name (an RFC 2616 token), as gorilla/sessions checks it (lex.go). @throws ConfigError */
export function checkCookieName(name: unknown): string {
  if (typeof name === "string" && name.length > MAX_NAME_LENGTH) {
    throw new ConfigError(
      `The cookie name is ${describeName(name)}. It takes ${MAX_NAME_LENGTH} at most, because browsers refuse a cookie whose name and value are over 4096 bytes together.`,
    );
  }
  if (typeof name === "string" && /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  throw new ConfigError(
    `The cookie name is ${describeName(name)}. It takes letters, digits and !#$%&'*+-.^_\`|~, at least one of them.`,
  );
}

/** A long string may be the value of a cookie in the wrong place, which must not reach a log. */
function describeName(name: unknown): string {
  return typeof name === "string" && name.length > 40
    ? `a string of ${name.length} characters`
    : inspect(name);
}

type Check = (value: unknown) => boolean;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);

/** The values that each attribute accepts. None contains a character that could end the attribute in the header. */
const ATTRIBUTES: Record<keyof CookieOptions, { readonly accepts: Check; readonly takes: string }> =
  {
    path: {
      accepts: (path) => typeof path === "string" && /^\/[\x20-\x3a\x3c-\x7e]*$/.test(path),
      takes: 'a path that begins with "/"',
    },
    domain: {
      accepts: (domain) =>
        domain === undefined ||
        (typeof domain === "string" && /^\.?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(domain)),
      takes: 'a host name such as "example.com", without scheme, port or path',
    },
    maxAge: { accepts: (maxAge) => maxAge !== undefined, takes: "seconds" },
    secure: { accepts: oneOf(true, false, "auto"), takes: 'true, false or "auto"' },
    httpOnly: { accepts: oneOf(true, false), takes: "true or false" },
    sameSite: {
      accepts: oneOf("strict", "lax", "none", false),
      takes: '"strict", "lax", "none" or false',
    },
    partitioned: { accepts: oneOf(true, false), takes: "true or false" },
    priority: {
      accepts: oneOf("low", "medium", "high", undefined),
      takes: '"low", "medium" or "high"',
    },
  };

/** For {@link checkOptionNames}. */
export const COOKIE_OPTION_NAMES: readonly string[] = Object.keys(ATTRIBUTES);

/**
 * Checks each attribute alone.
 *
 * @param by what the options were given to: `"withSessionOptions"`
 * @throws ConfigError
 */
export function checkCookieOptions(by: string, options: CookieOptions): void {
  checkOptionNames(by, options, COOKIE_OPTION_NAMES);
  for (const [name, value] of Object.entries(options)) {
    const attribute = ATTRIBUTES[name as keyof CookieOptions];
    if (!attribute.accepts(value)) {
      throw new ConfigError(`${by}: ${name} is ${inspect(value)}. It takes ${attribute.takes}.`);
    }
  }
  if (options.maxAge !== undefined) checkSeconds(`${by}: maxAge`, options.maxAge, -MAX_SECONDS);
}

/** Refuses a cookie that would live longer than its signature. `signatureAge` is in seconds; 0 is without end. @throws ConfigError */
export function checkSignatureAge(by: string, maxAge: number, signatureAge: number): void {
  if (signatureAge === 0 || maxAge <= signatureAge) return;
  throw new ConfigError(
    `${by}: maxAge is ${maxAge} seconds, but the signature of the cookie expires after ${signatureAge}. Raise withMaxAge to the longest maxAge you use.`,
  );
}

/**
 * Checks the attributes together with the name: refuses a cookie that browsers would refuse.
 *
 * @see RFC 6265bis, sections 4.1.3 and 5.7; CHIPS
 * @throws ConfigError
 */
export function checkCookie(name: string, options: ResolvedCookieOptions): void {
  const reason = secureBecause(name, options);
  if (reason && options.secure === false) {
    throw new ConfigError(
      `Browsers refuse the cookie "${name}": ${reason} needs secure. Set secure to true or "auto".`,
    );
  }
  if (hasPrefix(name, "__Host-")) {
    if (options.domain !== undefined) {
      throw new ConfigError(
        `Browsers refuse the cookie "${name}": __Host- allows no domain. Omit the domain, or name the cookie __Secure-....`,
      );
    }
    if (options.path !== "/") {
      throw new ConfigError(
        `Browsers refuse the cookie "${name}": __Host- needs the path "/". Set it, or name the cookie __Secure-....`,
      );
    }
  }
}

/** Why browsers refuse the cookie without the Secure attribute; undefined if they do not. `"auto"` sets the attribute then. */
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

// Browsers ignore the case of the prefixes (RFC 6265bis, section 5.4).
function hasPrefix(name: string, prefix: string): boolean {
  return name.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
}
