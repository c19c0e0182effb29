// Finds out whether express-session will keep a secure cookie back from a request over plain HTTP: its session would be stored in vain.
import { warnOnce } from "@redistore/core/web";
import type { AnySession } from "./express-record.ts";
import type { ExpressRequest } from "./save-before-response.ts";

const WITHHELD =
  "A new session of express-session was not stored: its cookie has secure: true, and the request came over plain HTTP, so that express-session sends " +
  'no cookie. Every such request would leave a record that no cookie leads to. Set secure to "auto", or trust your TLS proxy: ' +
  'app.set("trust proxy", 1).';

/**
 * False for a new session whose cookie express-session will not send, with a process warning. If a proxy says that the browser uses HTTPS
 * and Express does not trust it, only express-session knows whether its own option `proxy` does: then `remove` runs after a response
 * without the cookie.
 */
export function isWorthStoring(
  req: ExpressRequest,
  sid: string,
  session: AnySession,
  remove: () => Promise<unknown>,
): boolean {
  const { secure } = (session.cookie ?? {}) as { secure?: unknown };
  if (secure !== true || isSecure(req)) return true;
  const [protocol = ""] = String(req.headers["x-forwarded-proto"] ?? "").split(",");
  if (protocol.trim().toLowerCase() === "https") {
    removeUnlessSent(req, sid, remove);
    return true;
  }
  warnOnce(WITHHELD);
  return false;
}

function removeUnlessSent(req: ExpressRequest, sid: string, remove: () => Promise<unknown>): void {
  const { res } = req;
  res?.once("close", () => {
    const sent = res.headersSent ? String(res.getHeader("set-cookie")) : "";
    if (sent.includes(encodeURIComponent(sid))) return;
    warnOnce(WITHHELD);
    // If it fails, the record expires by itself.
    remove().catch(() => undefined);
  });
}

/** As express-session decides it, without its option `proxy`. */
function isSecure(req: ExpressRequest): boolean {
  return (req.socket as { encrypted?: unknown }).encrypted === true || req.secure;
}
