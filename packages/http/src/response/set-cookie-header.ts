// Writes the Set-Cookie header: adds session cookies to the cookies that the application sets.
import type { SetCookie } from "@redistore/core";
import { allowsSharedCache, forbidSharedCache } from "./cache-control.ts";
import type { HeaderValue, NodeResponse } from "./message.ts";

/** The lines of the Set-Cookie header with `cookies` added. A line of the same name is replaced; all others stay. */
export function mergeCookies(
  present: HeaderValue | undefined,
  cookies: readonly SetCookie[],
): string[] {
  const lines = typeof present === "object" ? present : present === undefined ? [] : [`${present}`];
  const names = new Set(cookies.map((cookie) => cookie.name));
  return [...lines.filter((line) => !names.has(cookieName(line))), ...cookies.map(String)];
}

/**
 * Adds `cookies` to a header that is complete but for them, and forbids shared caches to keep the response. If the application wants them to
 * keep it, and all `cookies` are renewals, they wait for another response. Repeating it changes nothing.
 */
export function addCookies(res: NodeResponse, cookies: readonly SetCookie[]): void {
  if (cookies.length === 0) return;
  if (!cookies.some(isRequired) && allowsSharedCache(res)) return;
  res.setHeader("Set-Cookie", mergeCookies(res.getHeader("set-cookie"), cookies));
  forbidSharedCache(res);
}

/** The same for a header that may still change: renewals are not decided yet. */
export function addRequiredCookies(res: NodeResponse, cookies: readonly SetCookie[]): void {
  if (cookies.some(isRequired)) addCookies(res, cookies);
}

function isRequired(cookie: SetCookie): boolean {
  return !cookie.isRenewal;
}

function cookieName(line: string): string {
  return line.slice(0, line.indexOf("=")).trim();
}
