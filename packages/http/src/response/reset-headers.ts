// Takes back the header fields that described an answer which will not be sent.
import type { Response } from "./message.ts";

/** What says something about one answer, its body or its meaning. All else stays: security headers, CORS, cookies of others. */
const DESCRIPTIVE: ReadonlySet<string> = new Set([
  "accept-ranges",
  "age",
  "allow",
  "cache-control",
  // A logout that was not stored must not clear anything.
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
  // They make a proxy send a file in place of the body.
  "x-accel-redirect",
  "x-sendfile",
]);

/** Makes room for another answer: status 200, and no field that belonged to the one before. */
export function retract(res: Response): void {
  for (const name of res.getHeaderNames()) {
    const policy = name.startsWith("content-security-policy");
    if (DESCRIPTIVE.has(name) || (name.startsWith("content-") && !policy)) res.removeHeader(name);
  }
  res.statusCode = 200;
  // Own where it was set; HTTP/2 has none, and warns of any use.
  if (Object.hasOwn(res, "statusMessage")) res.statusMessage = "";
}
