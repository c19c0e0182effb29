// Saves the sessions of a request at once, without waiting for its response.
import { attach } from "../adapter/attach.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import { RequestSessions } from "../request-sessions.ts";

/**
 * Saves all sessions of this request now, in the order in which they were asked for; their cookies go with the response. Rarely
 * needed: a response waits for its sessions by itself. It is for those who want to know, and to handle a failure where it happens.
 *
 * gorilla/sessions, Save
 *
 * @throws what one session could not be stored for; an AggregateError naming the sessions where there are several; HeadersSentError where
 * the response has begun and a session needs a cookie
 */
export async function saveSessions(req: HttpRequest, res: HttpResponse): Promise<void> {
  attach(req, res);
  const sessions = RequestSessions.of(req);
  if (!res.headersSent) return sessions.save();
  const tooLate = await sessions.saveLate();
  if (tooLate.length > 0) throw tooLate.length === 1 ? tooLate[0] : new AggregateError(tooLate);
}
