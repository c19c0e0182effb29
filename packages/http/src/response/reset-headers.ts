// Removes the header fields of a response that is replaced by an error response.
import type { NodeResponse } from "./message.ts";

/** Fields that describe one response, beside `content-*`. All others stay: security headers, CORS, cookies of the application. */
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
  "trailer",
  "transfer-encoding",
  "www-authenticate",
  // A proxy would send this file in place of the body.
  "x-accel-redirect",
  "x-sendfile",
]);

/** Makes the response ready for another one: status 200, and no field that described the one before. */
export function resetHeaders(res: NodeResponse): void {
  for (const name of res.getHeaderNames()) {
    const policy = name.startsWith("content-security-policy");
    if (DESCRIPTIVE.has(name) || (name.startsWith("content-") && !policy)) res.removeHeader(name);
  }
  res.statusCode = 200;
  // It is an own property once it was set. HTTP/2 has none, and warns when it is used.
  if (Object.hasOwn(res, "statusMessage")) res.statusMessage = "";
}
