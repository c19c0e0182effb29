// Writes the Set-Cookie header: adds session cookies to the cookies that the application sets.
import type { SetCookie } from "@redistore/core";
import { mergeSetCookies } from "@redistore/core/web";
import { allowsSharedCache, forbidSharedCache } from "./cache-control.ts";
import type { HeaderValue, NodeResponse } from "./message.ts";

/**
 * Adds `cookies` to a header that is complete but for them, and forbids shared caches to keep the response. If the application wants them to
 * keep it, and all `cookies` are renewals, they wait for another response. Repeating it changes nothing.
 */
export function addCookies(res: NodeResponse, cookies: readonly SetCookie[]): void {
  if (cookies.length === 0) return;
  if (!cookies.some(isRequired) && allowsSharedCache(res)) return;
  const present = linesOf(res.getHeader("set-cookie"));
  const lines = mergeSetCookies(present, cookies);
  // Node examines every character of a header that is set, and this is called for each call that sends the header.
  const isSet = lines.length === present.length && lines.every((line, at) => line === present[at]);
  if (!isSet) res.setHeader("Set-Cookie", lines);
  const siteData = cookies.find(({ clearSiteData }) => clearSiteData !== undefined)?.clearSiteData;
  if (siteData !== undefined && !res.hasHeader("clear-site-data"))
    res.setHeader("Clear-Site-Data", siteData);
  forbidSharedCache(res);
}

/** The same for a header that may still change: renewals are not decided yet. */
export function addRequiredCookies(res: NodeResponse, cookies: readonly SetCookie[]): void {
  if (cookies.some(isRequired)) addCookies(res, cookies);
}

function isRequired(cookie: SetCookie): boolean {
  return !cookie.isRenewal;
}

function linesOf(header: HeaderValue | undefined): readonly string[] {
  if (header === undefined) return [];
  return typeof header === "object" ? header : [String(header)];
}
