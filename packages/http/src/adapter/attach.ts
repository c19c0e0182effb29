// How an adapter ties a response to the sessions of its request.
import type { JoinedSession } from "@redistore/core/web";
import { gateOf, patchResponse } from "../response/patched-methods.ts";
import { ResponseGate } from "../response/response-gate.ts";
import type { HttpRequest, HttpResponse, NodeResponse } from "../response/message.ts";
import type { ResponseHooks } from "../response/response-hooks.ts";
import { sessionsOf } from "./open-session.ts";

/**
 * From now on nothing of the response is sent before the sessions of its request are stored. `getSession` attaches, too; an adapter does it
 * itself, to tell with `hooks` how its framework sends error responses. A response is attached once: the first hooks stay.
 */
export function attach(req: HttpRequest, res: HttpResponse, hooks?: ResponseHooks): void {
  attachGate(req, res, hooks);
}

/**
 * For a framework that responds when its handlers are done, as Koa does: stores what changed, and keeps the cookies for the header. Also
 * stores what changed after a response that a handler sent itself.
 *
 * Rejects with the error of a session that could not be stored, also if a buffered response was discarded and `onFailure` took the error:
 * give it to the framework then, unless `onFailure` did. The error response is not buffered, nothing more is stored, and the cookies of
 * sessions that got a new id go with it.
 *
 * @param error of the handler, for which the framework will send an error response: nothing is stored if it reports a save that failed
 */
export function commitSessions(
  req: HttpRequest,
  res: HttpResponse,
  error?: unknown,
): Promise<void> {
  return attachGate(req, res).commit(error);
}

/** From now on the response of `req`, once it is attached, waits for `session`, too. Call it once for each session. */
export function joinSession(req: HttpRequest, session: JoinedSession): void {
  sessionsOf(req).join(session);
}

/**
 * Whether the response of `req` can still carry a cookie: not after its header, and not if a WebSocket library runs middlewares for an upgrade
 * request without a response (koa-websocket), with a stub (engine.io of Socket.IO), or with a ServerResponse that has no socket (express-ws).
 * For the store of another library, which may not know the response: true then.
 *
 * @param res null if the library has let go of a response that began, as engine.io of Socket.IO does with `req.res`
 */
export function canSendCookies(req: HttpRequest, res: HttpResponse | null | undefined): boolean {
  if (res === null || isSocketUpgrade(req, res)) return false;
  const gate = res && (gateOf(res) as ResponseGate | undefined);
  return gate ? gate.sessions.canSendCookies : !res?.headersSent;
}

/** Whether `req` asks for a WebSocket and `res` is no response to it. */
export function isSocketUpgrade(req: HttpRequest, res: HttpResponse | undefined): boolean {
  return req.headers.upgrade?.toLowerCase() === "websocket" && !res?.socket;
}

export function attachGate(
  req: HttpRequest,
  res: HttpResponse,
  hooks?: ResponseHooks,
): ResponseGate {
  let gate = gateOf(res) as ResponseGate | undefined;
  if (!gate) {
    const created = new ResponseGate(req, res as unknown as NodeResponse, sessionsOf(req));
    patchResponse(res as unknown as NodeResponse, created);
    gate = created;
  }
  gate.hooks ??= hooks;
  return gate;
}
