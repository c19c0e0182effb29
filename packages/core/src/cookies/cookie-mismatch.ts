// Finds out before anything is stored whether the cookie of a new session would come back.
import type { ResolvedCookieOptions } from "../options/cookie-options.ts";
import { warnOnce } from "../process-warning.ts";
import type { CookieCarrier } from "./cookie-carrier.ts";

/** Why a cookie with these attributes would never come back to this request; undefined if it would. */
export function mismatchOf(
  carrier: CookieCarrier,
  { path, secure }: Pick<ResolvedCookieOptions, "path" | "secure">,
): string | undefined {
  // Asked for "auto", too: what the application's own trustProxy throws has to come before anything is stored.
  const isSecure = secure !== false && carrier.isSecure();
  if (secure === true && !isSecure) {
    return 'has secure: true, and the request came over plain HTTP. Set secure to "auto", or tell the adapter to trust your TLS proxy';
  }
  if (carrier.path !== undefined && !pathMatches(carrier.path, path)) {
    return `has the path ${JSON.stringify(path)}, and the request is outside of it. Mount the middleware below this path only, or set a wider one`;
  }
  return undefined;
}

/** Emits the reason of a mismatch as a process warning, once. */
export function warnOfMismatch(name: string, mismatch: string): void {
  warnOnce(
    `A new session "${name}" was not stored: its cookie ${mismatch}. Every such request would leave a record that no cookie leads to.`,
  );
}

/** RFC 6265, section 5.1.4 */
function pathMatches(requestPath: string, cookiePath: string): boolean {
  if (!requestPath.startsWith(cookiePath)) return requestPath === cookiePath;
  return (
    requestPath.length === cookiePath.length ||
    cookiePath.endsWith("/") ||
    requestPath[cookiePath.length] === "/"
  );
}
