// Whether the browser used TLS, to this server or to a trusted proxy.
import type { TLSSocket } from "node:tls";
import { ConfigError } from "@redistore/core";
import { warnOnce } from "@redistore/core/web";
import type { HttpRequest } from "../response/message.ts";

/**
 * Whether X-Forwarded-Proto is believed: `false` (default), `true`, or decided for each request, for example by
 * `req.socket.remoteAddress`. Trust it only if every request comes through a proxy that overwrites the header: any client can send it.
 */
export type TrustProxy = boolean | ((req: HttpRequest) => boolean);

const UNTRUSTED =
  'A request came with "X-Forwarded-Proto: https" from a proxy that is not trusted, so it counts as plain HTTP, and session cookies are sent without Secure. If all requests come through your TLS proxy, trust it: app.set("trust proxy", 1) in Express, app.proxy = true in Koa, or the option trustProxy: true.';

/** Whether the browser used TLS, which decides `secure: "auto"`. */
export function isSecure(req: HttpRequest, trustProxy: TrustProxy = false): boolean {
  if ((req.socket as Partial<TLSSocket> | undefined)?.encrypted === true) return true;
  const forwarded = req.headers["x-forwarded-proto"];
  if (forwarded === undefined) return false;
  if (!(typeof trustProxy === "function" ? trustProxy(req) : trustProxy)) {
    if (isHttps(forwarded)) warnOnce(UNTRUSTED);
    return false;
  }
  return isHttps(forwarded);
}

/** The first of several proxies is the one that the browser is connected to. */
function isHttps(forwarded: string | string[]): boolean {
  const [first = ""] = String(forwarded).split(",", 1);
  return first.trim().toLowerCase() === "https";
}

/** @throws ConfigError */
export function checkTrustProxy(by: string, trustProxy: unknown): void {
  if (["undefined", "boolean", "function"].includes(typeof trustProxy)) return;
  throw new ConfigError(
    `${by}: trustProxy is ${JSON.stringify(trustProxy)}. It takes true, false or a function of the request.`,
  );
}
