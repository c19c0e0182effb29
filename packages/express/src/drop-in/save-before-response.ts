// Saves the session before the response is sent: express-session alone sends all but the last byte and then saves.
import { HeadersSentError } from "@redistore/core";
import {
  attach,
  canSendCookies,
  joinSession,
  type HttpRequest,
  type HttpResponse,
} from "@redistore/http";
import type { Session, SessionData, Store } from "express-session";
import type { AnySession } from "./express-record.ts";

/** The request that express-session passes to its store. Express adds `res` and `next`; other hosts do not. */
export type ExpressRequest = Parameters<Store["createSession"]>[0];

/** The store's part in saving the session of a request. */
export interface SaveHooks {
  /** True if `session` has changes to store. */
  needsSave(session: AnySession): boolean;
  /** The last write of the request, if it failed. */
  failedWrite(req: ExpressRequest): { readonly error: unknown } | undefined;
  /** Runs when the client gets an error response for a save that failed. */
  giveUp(req: ExpressRequest): void;
}

/**
 * Makes the response of `req` wait until its session is stored. If that fails, Express' error handlers write the response instead.
 * Does nothing on hosts other than Express, where the request does not lead to its response.
 */
export function saveBeforeResponse(req: ExpressRequest, hooks: SaveHooks): void {
  const { res, next } = req;
  if (!res || !next || !canSendCookies(req as HttpRequest, res as HttpResponse)) return;
  attach(req as HttpRequest, res as HttpResponse, {
    onFailure(error) {
      next(error);
      return true;
    },
  });
  joinSession(req as HttpRequest, {
    name: "express-session",
    needsSave: () =>
      typeof req.sessionID === "string" && isSession(req.session) && hooks.needsSave(req.session),
    save: () => save(req),
    failedWrite: () => hooks.failedWrite(req),
    giveUp: () => hooks.giveUp(req),
  });
}

function save(req: ExpressRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    // express-session does the same before it saves: `expires` moves with every request.
    void req.session.touch();
    req.session.save((error) => (error ? reject(error) : resolve()));
  });
}

/**
 * For a session that is not stored yet: no request would find it if its cookie did not reach the browser. With `saveUninitialized`
 * express-session sends the cookie first, and saves the session afterwards.
 *
 * @param sid the id that may have been sent; a session that is regenerated has none yet
 * @throws HeadersSentError
 */
export function assertCookieCanBeSent(req: ExpressRequest, sid?: string): void {
  const res = req.res as HttpResponse | null | undefined;
  if (canSendCookies(req as HttpRequest, res)) return;
  const sent = res?.headersSent === true ? String(res.getHeader("set-cookie")) : "";
  if (sid !== undefined && sent.includes(encodeURIComponent(sid))) return;
  throw new HeadersSentError(
    "A session of express-session that is not stored needs a cookie, and none can be sent any more: the response has begun, or the request has none (a WebSocket). Nothing was stored. Begin the session before the first byte of an ordinary response.",
  );
}

/** Without an id express-session neither saves nor sends a cookie, which could replace the cookie of a newer login. */
export function suppressCookie(req: ExpressRequest): void {
  (req as { sessionID: unknown }).sessionID = undefined;
}

function isSession(session: unknown): session is Session & SessionData {
  return typeof session === "object" && session !== null;
}
