// The cookie of express-session as plain data: the session's value "cookie", which decides how long the session lives.
import { isDeepStrictEqual } from "node:util";

/** A Cookie of express-session as JSON. connect-redis stores the same. */
export type CookieData = Readonly<Record<string, unknown>>;

/** Milliseconds. express-session sets `originalMaxAge` to the remaining time, which is a little less than the lifetime. */
const DRIFT = 1000;

/** The cookie as JSON; undefined if another program stored the session without one. */
export function cookieData(cookie: unknown): CookieData | undefined {
  if (typeof cookie !== "object" || cookie === null) return undefined;
  const { toJSON } = cookie as { toJSON?: unknown };
  const attributes: unknown = typeof toJSON === "function" ? toJSON.call(cookie) : cookie;
  const data: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes as object)) {
    const stored = asJson(value);
    if (stored !== undefined) data[name] = stored;
  }
  return data;
}

/** Runs several times per request, so values that JSON keeps do not go through it. */
function asJson(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (Number.isFinite(value)) return value;
  if (value instanceof Date) return value.toJSON();
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

/** Seconds until the cookie expires, zero or less if it has; undefined if it lives until the browser closes. */
export function secondsLeft({ expires }: CookieData = {}): number | undefined {
  const at = expires ? new Date(expires as string).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.ceil((at - Date.now()) / 1000);
}

/** True if `cookie` is `earlier` with another `expires` and nothing else. express-session does that at every request. */
export function renews(cookie: CookieData, earlier: unknown): earlier is CookieData {
  if (typeof earlier !== "object" || earlier === null) return false;
  const { expires: _, originalMaxAge: __, ...attributes } = cookie;
  const { expires: ___, originalMaxAge: ____, ...attributesBefore } = earlier as CookieData;
  return (
    sameLifetime(cookie, earlier as CookieData) && isDeepStrictEqual(attributes, attributesBefore)
  );
}

/** True if both cookies have the same lifetime, up to express-session's inaccuracy. */
export function sameLifetime(one: CookieData, other: CookieData): boolean {
  const [a, b] = [one["originalMaxAge"], other["originalMaxAge"]];
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) < DRIFT;
  return (a ?? null) === (b ?? null);
}

/** The lifetime of a session with this stored cookie, in seconds; 0: until the browser closes. */
export function storedLifetime(cookie: unknown): number {
  const { originalMaxAge } = (cookie ?? {}) as { readonly originalMaxAge?: unknown };
  return typeof originalMaxAge === "number" ? Math.ceil(originalMaxAge / 1000) : 0;
}
