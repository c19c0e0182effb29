// Saves the sessions of a request at once, without waiting for its response.
import { attach } from "../adapter/attach.ts";
import { sessionsOf } from "../adapter/open-session.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";

/**
 * Saves all sessions of this request now, in the order in which the application asked for them; their cookies go with the response. Rarely
 * needed, because a response waits for its sessions. Call it to handle a failure where it happens.
 *
 * gorilla/sessions, Save
 *
 * @throws the error of a session that could not be stored; an AggregateError that names the sessions if there are several;
 * HeadersSentError if the response has begun and a session needs a cookie
 */
export async function saveSessions(req: HttpRequest, res: HttpResponse): Promise<void> {
  attach(req, res);
  const sessions = sessionsOf(req);
  if (sessions.canSendCookies) return sessions.save();
  const tooLate = await sessions.saveLate();
  if (tooLate.length > 0) throw tooLate.length === 1 ? tooLate[0] : new AggregateError(tooLate);
}
