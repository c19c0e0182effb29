// For adapters whose framework answers only when the handlers are done, as Koa does.
import { attachHold } from "./attach.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";

/**
 * Stores what changed, in place of the first byte, and keeps the cookies for the header; also what changed after an answer that a handler
 * gave itself. Rejects with what a session could not be stored for, also where a byte came first and `onFailure` took the error:
 * throw it to the framework then, unless `onFailure` has answered it. The answer to the error is not held any more, nothing is stored
 * again, and cookies of sessions that have moved go with it.
 */
export function commitSessions(req: HttpRequest, res: HttpResponse): Promise<void> {
  return attachHold(req, res).commit();
}
