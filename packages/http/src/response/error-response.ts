// The error response where no framework sends one: the status of the error, and nothing of its message.
import { STATUS_CODES } from "node:http";
import { failureResponse } from "@redistore/core/web";
import type { NodeResponse } from "./message.ts";

/** Ends the response with the status text, and the headers of a redistore error such as Retry-After. Any other error is a 500. */
export function sendErrorResponse(res: NodeResponse, error: unknown): void {
  const { status, headers } = failureResponse(error);
  const body = STATUS_CODES[status] ?? "Error";
  resetHeaders(res);
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Length", body.length);
  res.end(body);
}

/** Fields that describe one response, beside `content-*` and those for the cache of a CDN. All others stay: security headers, CORS, cookies of the application. */
const DESCRIPTIVE: ReadonlySet<string> = new Set([
  "accept-ranges",
  "age",
  "allow",
  "cache-control",
  // A logout that was not stored must not clear the browser's data.
  "clear-site-data",
  "digest",
  "etag",
  "expires",
  "last-modified",
  "link",
  "location",
  "pragma",
  "proxy-authenticate",
  "refresh",
  "repr-digest",
  "retry-after",
  "surrogate-control",
  "trailer",
  "transfer-encoding",
  "www-authenticate",
  "x-accel-expires",
  // A proxy would send this file in place of the body.
  "x-accel-redirect",
  "x-sendfile",
]);

/** Makes the response ready for another one: status 200, and no field that described the one before. */
export function resetHeaders(res: NodeResponse): void {
  for (const name of res.getHeaderNames()) {
    if (DESCRIPTIVE.has(name) || isContent(name) || name.endsWith("cdn-cache-control")) {
      res.removeHeader(name);
    }
  }
  res.statusCode = 200;
  // It is an own property once it was set. HTTP/2 has none, and warns when it is used.
  if (Object.hasOwn(res, "statusMessage")) res.statusMessage = "";
}

function isContent(name: string): boolean {
  return name.startsWith("content-") && !name.startsWith("content-security-policy");
}
