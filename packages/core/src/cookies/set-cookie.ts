// One Set-Cookie header of a session, as data and as text.
import { secureBecause, type ResolvedCookieOptions } from "../options/cookie-options.ts";

/** A cookie to send; `String(cookie)` is the value of the `Set-Cookie` header (RFC 6265bis, section 4.1). */
export interface SetCookie {
  readonly name: string;
  /** Empty in a cookie that clears. */
  readonly value: string;
  /** The attributes with `secure` decided. */
  readonly options: ResolvedCookieOptions;
  /**
   * True if the browser has a cookie for this session already, and this one only extends it or signs it with a newer key. A response that a
   * shared cache may keep is sent without it; the next response renews it.
   */
  readonly isRenewal: boolean;
  toString(): string;
}

/** What the attributes of one response depend on. */
export interface Moment {
  /** Whether the request came over TLS. */
  readonly secure: boolean;
  /** Unix seconds. */
  readonly now: number;
}

const SAME_SITE = { strict: "Strict", lax: "Lax", none: "None" };
const PRIORITY = { low: "Low", medium: "Medium", high: "High" };

/** The cookie that names a session. Attributes in the order in which Go's net/http writes them (cookie.go, Cookie.String). */
export function sessionCookie(
  name: string,
  value: string,
  options: ResolvedCookieOptions,
  moment: Moment,
  isRenewal = false,
): SetCookie {
  const { maxAge } = options;
  const lifetime =
    maxAge > 0 ? `; Expires=${httpDate(moment.now + maxAge)}; Max-Age=${maxAge}` : "";
  return setCookie(name, value, options, moment, lifetime, isRenewal);
}

/** The cookie that clears it: the same attributes, or the browser would keep the old one. */
export function clearingCookie(
  name: string,
  options: ResolvedCookieOptions,
  moment: Moment,
): SetCookie {
  // One second after the epoch, as gorilla/sessions has it (cookie.go): some browsers took zero for "no date".
  return setCookie(
    name,
    "",
    { ...options, maxAge: -1 },
    moment,
    `; Expires=${httpDate(1)}; Max-Age=0`,
  );
}

function setCookie(
  name: string,
  value: string,
  options: ResolvedCookieOptions,
  moment: Moment,
  lifetime: string,
  isRenewal = false,
): SetCookie {
  const { path, domain, httpOnly, sameSite, partitioned, priority } = options;
  const secure =
    options.secure === "auto"
      ? moment.secure || secureBecause(name, options) !== undefined
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

let lastDate = { seconds: NaN, text: "" };

/** RFC 9110, section 5.6.7. Most cookies of one second expire in one second. */
function httpDate(seconds: number): string {
  if (seconds !== lastDate.seconds) {
    lastDate = { seconds, text: new Date(seconds * 1000).toUTCString() };
  }
  return lastDate.text;
}
