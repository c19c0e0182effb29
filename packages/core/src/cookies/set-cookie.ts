// The Set-Cookie header of a session, as data and as text.
import { secureBecause, type ResolvedCookieOptions } from "../options/cookie-options.ts";

/** A cookie to send; `String(cookie)` is the value of the `Set-Cookie` header (RFC 6265bis, section 4.1). */
export interface SetCookie {
  readonly name: string;
  /** Empty in a cookie that clears. */
  readonly value: string;
  /** The attributes with `secure` decided. */
  readonly options: ResolvedCookieOptions;
  /**
   * True if the browser can do without this cookie: it only extends one that the browser has, signs it with a newer key, or removes one
   * that is worth nothing. A response that a shared cache may keep is sent without it; the next response carries it.
   */
  readonly isRenewal: boolean;
  /** The header Clear-Site-Data to send with it, if a session was ended and the store has `withClearSiteData`. */
  readonly clearSiteData?: string;
  toString(): string;
}

/** What the attributes of a cookie depend on besides the options. */
export interface CookieContext {
  /** Whether the request came over TLS. */
  readonly secure: boolean;
  /** Unix seconds. */
  readonly now: number;
}

const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" };
const PRIORITY = { low: "Low", medium: "Medium", high: "High" };

/** The cookie that carries a session's id. Its attributes are in the order of Go's net/http (cookie.go, Cookie.String). */
export function sessionCookie(
  name: string,
  value: string,
  options: ResolvedCookieOptions,
  context: CookieContext,
  isRenewal = false,
): SetCookie {
  const { maxAge } = options;
  const lifetime =
    maxAge > 0 ? `; Expires=${httpDate(context.now + maxAge)}; Max-Age=${maxAge}` : "";
  return setCookie(name, value, options, context, lifetime, isRenewal);
}

/** The cookie that removes it from the browser, which compares domain, path and partition. */
export function clearingCookie(
  name: string,
  options: ResolvedCookieOptions,
  context: CookieContext,
  isRenewal = false,
): SetCookie {
  // One second after the epoch, as in gorilla/sessions (cookie.go): some browsers read zero as "no date".
  return setCookie(
    name,
    "",
    { ...options, maxAge: -1 },
    context,
    `; Expires=${httpDate(1)}; Max-Age=0`,
    isRenewal,
  );
}

function setCookie(
  name: string,
  value: string,
  options: ResolvedCookieOptions,
  context: CookieContext,
  lifetime: string,
  isRenewal: boolean,
): SetCookie {
  const { path, domain, httpOnly, sameSite, partitioned, priority } = options;
  const secure =
    options.secure === "auto"
      ? context.secure || secureBecause(name, options) !== undefined
      : options.secure;
  let text = `${name}=${value}; Path=${path}`;
  if (domain !== undefined) text += `; Domain=${domain.replace(/^\./, "")}`;
  text += lifetime;
  if (httpOnly) text += "; HttpOnly";
  if (secure) text += "; Secure";
  if (sameSite) text += `; SameSite=${SAME_SITE[sameSite]}`;
  if (partitioned) text += "; Partitioned";
  if (priority) text += `; Priority=${PRIORITY[priority]}`;
  return { name, value, options: { ...options, secure }, isRenewal, toString: () => text };
}

/**
 * Adds `cookies` to the lines of a Set-Cookie header. A line with the name of one of them is replaced; all others stay. Repeating it
 * changes nothing.
 */
export function mergeSetCookies(lines: readonly string[], cookies: readonly SetCookie[]): string[] {
  const isReplaced = (line: string): boolean => cookies.some(({ name }) => name === nameOf(line));
  return [...lines.filter((line) => !isReplaced(line)), ...cookies.map(String)];
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf("=")).trim();
}

let lastDate = { seconds: NaN, text: "" };

/** RFC 9110, section 5.6.7. The last date is kept, because most cookies of one second expire in the same second. */
function httpDate(seconds: number): string {
  if (seconds !== lastDate.seconds) {
    lastDate = { seconds, text: new Date(seconds * 1000).toUTCString() };
  }
  return lastDate.text;
}
