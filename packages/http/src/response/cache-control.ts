// Keeps responses with session cookies out of shared caches (RFC 9111): a CDN would hand one user's session to others.
import type { HeaderValue, NodeResponse } from "./message.ts";

/** Directives with which a cache may keep a response. The others stay beside no-store. */
const ALLOWING: ReadonlySet<string> = new Set([
  "immutable",
  "max-age",
  "must-understand",
  // In the form `private="set-cookie"`; the plain form forbids.
  "private",
  "public",
  "s-maxage",
  "stale-if-error",
  "stale-while-revalidate",
]);

/** Whether the application wants a shared cache to keep this response. */
export function allowsSharedCache(res: NodeResponse): boolean {
  if (targetedFields(res).some((name) => !forbids(directives(res, name)))) return true;
  const general = directives(res, "cache-control");
  if (forbids(general)) return false;
  return general.some(invites) || expiresLater(res);
}

/** Marks the response `no-store`, unless it is private or stricter already. */
export function forbidSharedCache(res: NodeResponse): void {
  forbid(res, "cache-control");
  for (const name of targetedFields(res)) forbid(res, name);
  // nginx obeys it before Cache-Control.
  if (res.hasHeader("x-accel-expires")) res.removeHeader("x-accel-expires");
}

function forbid(res: NodeResponse, name: string): void {
  // The usual case: an earlier call has set it.
  if (res.getHeader(name) === "no-store") return;
  const present = directives(res, name);
  if (forbids(present)) return;
  const kept = present.filter(
    (directive) => directive !== "no-store" && !ALLOWING.has(nameOf(directive)),
  );
  res.setHeader(name, ["no-store", ...kept].join(", "));
}

/** Fields for the caches of a CDN, which obey them before Cache-Control (RFC 9213). */
function targetedFields(res: NodeResponse): string[] {
  return res
    .getHeaderNames()
    .filter((name) => name.endsWith("cdn-cache-control") || name === "surrogate-control");
}

function directives(res: NodeResponse, name: string): string[] {
  const value: HeaderValue | undefined = res.getHeader(name);
  if (value === undefined) return [];
  // A comma within quotes separates nothing.
  const parts = String(value).match(/(?:[^,"]|"[^"]*"?)+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function nameOf(directive: string): string {
  return directive.split("=", 1)[0]?.trim().toLowerCase() ?? "";
}

function forbids(list: readonly string[]): boolean {
  const has = (name: string): boolean => list.some((each) => each.toLowerCase() === name);
  // With must-understand a cache ignores no-store (RFC 9111, section 5.2.2.3).
  return has("private") || (has("no-store") && !has("must-understand"));
}

function invites(directive: string): boolean {
  const name = nameOf(directive);
  return /^(?:max-age|s-maxage)$/.test(name) ? !/=\s*"?0*"?$/.test(directive) : ALLOWING.has(name);
}

function expiresLater(res: NodeResponse): boolean {
  const accelerated = res.getHeader("x-accel-expires");
  if (accelerated !== undefined && String(accelerated) !== "0") return true;
  return Date.parse(String(res.getHeader("expires"))) > Date.now();
}
