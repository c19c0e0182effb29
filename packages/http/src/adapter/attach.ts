// Puts the hold on a response: what every adapter does first, before any handler runs.
import { gateOf, patchResponse } from "../response/patched-methods.ts";
import { ResponseGate } from "../response/response-gate.ts";
import type { HttpRequest, HttpResponse, NodeResponse } from "../response/message.ts";
import { RequestSessions } from "../request-sessions.ts";
import type { ResponseHooks } from "../response/response-hooks.ts";

/**
 * From now on nothing of the response leaves before the sessions of its request are stored. `getSession` does it too; an adapter does it
 * itself, to say with `hooks` how its framework answers errors. Once for a response: the first hooks that are given stay.
 */
export function attach(req: HttpRequest, res: HttpResponse, hooks?: ResponseHooks): void {
  attachHold(req, res, hooks);
}

/** @internal */
export function attachHold(
  req: HttpRequest,
  res: HttpResponse,
  hooks?: ResponseHooks,
): ResponseGate {
  let hold = gateOf(res);
  if (!hold) {
    hold = new ResponseGate(req, res as unknown as NodeResponse, RequestSessions.of(req));
    patchResponse(res as unknown as NodeResponse, hold);
  }
  hold.hooks ??= hooks;
  return hold;
}
