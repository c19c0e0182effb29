// The cookie of express-session as data: it lies in the session under the key "cookie", and says how long the session lives.
import { isDeepStrictEqual } from "node:util";

/** What JSON makes of express-session's Cookie; connect-redis stores the same. */
export type CookieData = Readonly<Record<string, unknown>>;

/** express-session measures the rest of a lifetime where it means the lifetime, and loses a millisecond now and then. Milliseconds. */
const DRIFT = 1000;

/** Undefined where there is no cookie: another program wrote the session. */
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

/** Asked several times for each request: what JSON would leave alone is not sent through it. */
function asJson(value: unknown): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (Number.isFinite(value)) return value;
  if (value instanceof Date) return value.toJSON();
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : JSON.parse(text);
}

/** Seconds until it expires, not positive where it has; 0 < seconds otherwise. Undefined: it ends with the browser. */
export function secondsLeft({ expires }: CookieData = {}): number | undefined {
  const at = expires ? new Date(expires as string).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.ceil((at - Date.now()) / 1000);
}

/**
 * Whether `cookie` is `earlier` with a later end and nothing else: express-session moves the end at every request, which is nobody's
 * change of the session.
 */
export function renews(cookie: CookieData, earlier: unknown): earlier is CookieData {
  if (typeof earlier !== "object" || earlier === null) return false;
  const { expires: _, originalMaxAge: lifetime, ...attributes } = cookie;
  const { expires: __, originalMaxAge: before, ...attributesBefore } = earlier as CookieData;
  return sameLifetime(lifetime, before) && isDeepStrictEqual(attributes, attributesBefore);
}

function sameLifetime(one: unknown, other: unknown): boolean {
  if (typeof one === "number" && typeof other === "number") return Math.abs(one - other) < DRIFT;
  return (one ?? null) === (other ?? null);
}
