// Saves the session before the response is sent: express-session alone sends all but the last byte and then saves.
import { attach, joinSession, type HttpRequest, type HttpResponse } from "@redistore/http";
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
  if (!res || !next) return;
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

/** Without an id express-session neither saves nor sends a cookie, which could replace the cookie of a newer login. */
export function suppressCookie(req: ExpressRequest): void {
  (req as { sessionID: unknown }).sessionID = undefined;
}

function isSession(session: unknown): session is Session & SessionData {
  return typeof session === "object" && session !== null;
}
