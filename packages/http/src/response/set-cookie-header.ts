// Writes the Set-Cookie header: adds session cookies to the cookies that the application sets.
import type { SetCookie } from "@redistore/core";
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

/** Adds `cookies` to the header. Repeating it changes nothing. */
export function addCookies(res: NodeResponse, cookies: readonly SetCookie[]): void {
  if (cookies.length === 0) return;
  res.setHeader("Set-Cookie", mergeCookies(res.getHeader("set-cookie"), cookies));
}

function cookieName(line: string): string {
  return line.slice(0, line.indexOf("=")).trim();
}
