// Stores the session before its answer leaves: express-session alone sends the header, and all but the last byte, and then saves.
import { attach, joinSession, type HttpRequest, type HttpResponse } from "@redistore/http";
import type { Session, SessionData, Store } from "express-session";
import type { HeldSession } from "./express-record.ts";

/** The request of express-session. Express adds `res` and `next`, and nothing is done here for hosts that do not. */
export type Request = Parameters<Store["createSession"]>[0];

/**
 * Holds the answer to `req` back until what its session has to store is stored. Where that fails the answer becomes the error, through
 * Express' error handlers, and no cookie is sent for what was not stored.
 */
export function saveBeforeAnswer(req: Request, needsSave: (session: HeldSession) => boolean): void {
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
      typeof req.sessionID === "string" && isSession(req.session) && needsSave(req.session),
    save: () => save(req),
  });
}

async function save(req: Request): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      // As express-session does before it saves: the end of the cookie moves with every request.
      void req.session.touch();
      req.session.save((error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    refuseCookie(req);
    throw error;
  }
}

/** Without an id express-session neither saves nor sends a cookie, which could take the place of a newer login's. */
export function refuseCookie(req: Request): void {
  (req as { sessionID: unknown }).sessionID = undefined;
}

function isSession(session: unknown): session is Session & SessionData {
  return typeof session === "object" && session !== null;
}
