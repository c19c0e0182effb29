// Where a stale cookie can lie: browsers keep one of each name for every domain and path, and do not say which one they send.
import type { ResolvedCookieOptions } from "../options/cookie-options.ts";
import type { SaveContext } from "../session/redi-store.ts";
import type { StaleCookies } from "../session/stale-cookies.ts";

/** With the length of a path this keeps what clears below 2.5 KB: some proxies take no header over 4 KB. */
const MAX_PLACES = 8;
const MAX_PATH_LENGTH = 100;

/**
 * The places other than its own from which a request can have got a stale cookie `name`, as attributes to clear it with: its own path in
 * other domains, then other paths, the longest first. The good cookie may lie at any of them, and is sent anew to `own`: there are none
 * where this very request would not have got it from there.
 */
export function otherPlaces(
  name: string,
  own: ResolvedCookieOptions,
  stale: StaleCookies,
  { host = "", path: target = "" }: SaveContext,
): ResolvedCookieOptions[] {
  // A line that clears ours clears another application's as well. A __Host- name lies nowhere but at its own place.
  if (stale.foreign || /^__Host-/i.test(name)) return [];
  const hostName = host.replace(/:\d*$/, "").toLowerCase();
  const [requested = ""] = target.split("?", 1);
  if (!isWithinDomain(hostName, own.domain) || !isWithinPath(requested, own.path)) return [];

  // Where none came behind it, the good one has the shortest path of all: it may be a wider part of the site that goes by it.
  const isOther = (path: string): boolean =>
    path !== own.path && (stale.behind || path.length > own.path.length);
  const paths = pathsAbove(requested).filter(isOther);
  const places: ResolvedCookieOptions[] = [];
  for (const domain of otherDomains(hostName, own.domain)) places.push({ ...own, domain });
  for (const path of paths) places.push({ ...own, path });
  if (own.domain !== undefined) {
    for (const path of paths) places.push({ ...own, path, domain: undefined });
  }
  return places.slice(0, MAX_PLACES);
}

/** RFC 6265, section 5.1.3 */
function isWithinDomain(host: string, domain: string | undefined): boolean {
  if (domain === undefined) return true;
  return `.${host}`.endsWith(`.${domain.replace(/^\./, "").toLowerCase()}`);
}

/** RFC 6265, section 5.1.4 */
function isWithinPath(requested: string, path: string): boolean {
  if (!requested.startsWith(path)) return false;
  return path.endsWith("/") || requested.length === path.length || requested[path.length] === "/";
}

/** Without a domain where it has one; else the host and its parents, of which browsers ignore those that are public suffixes. */
function otherDomains(host: string, domain: string | undefined): (string | undefined)[] {
  if (domain !== undefined) return [undefined];
  // It comes from the client: nothing else may get into a header. An address has no parents; a number at the end makes it one.
  if (host.length > 253 || !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(host)) return [];
  const labels = host.split(".");
  return labels.slice(0, -1).map((_, from) => labels.slice(from).join("."));
}

/** All from which the request gets cookies, as far as they can be sent: the longest first, those with a slash at the end last. */
function pathsAbove(requested: string): string[] {
  const [plain, slashed]: [string[], string[]] = [[], []];
  for (let end = requested.length; end > 0; end = requested.lastIndexOf("/", end - 1)) {
    // No cookie of anybody has a longer one.
    if (end > MAX_PATH_LENGTH) continue;
    const path = requested.slice(0, end);
    plain.push(path);
    if (end < requested.length) slashed.push(`${path}/`);
  }
  return [...new Set([...plain, "/", ...slashed])].filter(isSendable);
}

/** It comes from the client: nothing that could end the attribute may get into a header. */
function isSendable(path: string): boolean {
  return /^\/[\x21-\x3a\x3c-\x7e]*$/.test(path);
}
