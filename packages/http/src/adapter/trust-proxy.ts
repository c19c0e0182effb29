// Whether a request came over TLS, on this connection or on the way to a trusted proxy.
import type { TLSSocket } from "node:tls";
import type { HttpRequest } from "../response/message.ts";

/**
 * Whether X-Forwarded-Proto is believed: `false` (default), `true`, or by request, for example by `req.socket.remoteAddress`. Set it
 * only where every request comes through a proxy that overwrites this header: anybody can send it.
 */
export type TrustProxy = boolean | ((req: HttpRequest) => boolean);

/** Whether the browser spoke TLS, which decides `secure: "auto"`. */
export function isSecure(req: HttpRequest, trustProxy: TrustProxy = false): boolean {
  if ((req.socket as Partial<TLSSocket> | undefined)?.encrypted === true) return true;
  const forwarded = req.headers["x-forwarded-proto"];
  if (forwarded === undefined) return false;
  if (!(typeof trustProxy === "function" ? trustProxy(req) : trustProxy)) return false;
  // Of several proxies the first one spoke to the browser.
  const [first = ""] = String(forwarded).split(",", 1);
  return first.trim().toLowerCase() === "https";
}
