// Writes Set-Cookie: appends session cookies to whatever other cookies a response sets.
import type { SetCookie } from "@redistore/core";
import type { HeaderValue, Response } from "./message.ts";

/** The lines of a Set-Cookie header with `cookies` in it: a line of the same name gives way, any other stays. */
export function mergeCookies(
  present: HeaderValue | undefined,
  cookies: readonly SetCookie[],
): string[] {
  const lines = typeof present === "object" ? present : present === undefined ? [] : [`${present}`];
  const names = new Set(cookies.map((cookie) => cookie.name));
  return [...lines.filter((line) => !names.has(cookieName(line))), ...cookies.map(String)];
}

/** Puts `cookies` into the header as set so far. To do it twice changes nothing. */
export function addCookies(res: Response, cookies: readonly SetCookie[]): void {
  if (cookies.length === 0) return;
  res.setHeader("Set-Cookie", mergeCookies(res.getHeader("set-cookie"), cookies));
}

function cookieName(line: string): string {
  return line.slice(0, line.indexOf("=")).trim();
}
