// What the response gate does on each event of its table.
import type { BufferedResponse } from "./buffered-response.ts";
import { destroyConnection, DiscardedResponse } from "./discarded-response.ts";
import { emitDrain } from "./drain.ts";
import { sendErrorResponse } from "./error-response.ts";
import type { Call, EventAction, GateEvent } from "./gate-table.ts";
import type { HttpRequest, HttpResponse, NodeResponse } from "./message.ts";
import { restorePatches, watchClose } from "./patched-methods.ts";
import type { PendingSessions } from "./pending-sessions.ts";
import { report, type ResponseHooks, takeOver } from "./response-hooks.ts";
import { addRequiredCookies } from "./set-cookie-header.ts";

/** The parts of a response gate that its actions use. */
export interface GateParts {
  readonly hooks: ResponseHooks | undefined;
  readonly req: HttpRequest;
  readonly res: NodeResponse;
  readonly sessions: PendingSessions;
  /** In `buffering` and `ending`. */
  buffered: BufferedResponse | undefined;
  /** In `discarding`, `replaced` and `closed`. */
  discarded: DiscardedResponse | undefined;
  /** The handler threw while its response was buffered. */
  thrown: { readonly error: unknown } | undefined;
  call(call: Call, a?: unknown, b?: unknown, c?: unknown): unknown;
  on(event: GateEvent, error?: unknown): unknown;
}

/** The state after the action is set before it. `error` is the event's. */
type Act = (gate: GateParts, error: unknown) => Promise<void> | void;

export const ACTIONS: Readonly<Record<EventAction, Act>> = {
  release,
  releaseAndReport(gate, error) {
    gate.discarded = new DiscardedResponse(gate.res, error);
    release(gate);
    reportError(gate, error);
  },
  giveUp(gate, error) {
    gate.sessions.giveUp();
    gate.discarded = new DiscardedResponse(gate.res, error);
  },
  reset(gate, error) {
    gate.discarded = DiscardedResponse.of(gate.res, error);
  },
  replace,
  breakOff(gate, error) {
    gate.buffered?.discard(error);
    gate.buffered = undefined;
    gate.discarded = new DiscardedResponse(gate.res, error);
    destroyConnection(gate.res);
    reportError(gate, error);
  },
  respond(gate, error) {
    sendErrorResponse(gate.res, error);
    // If it is the error of a failed write, the call that ended the response reported it.
    if (gate.discarded?.error !== error) reportError(gate, error);
  },
  remember(gate, error) {
    if (gate.buffered?.ended) reportError(gate, error);
    else gate.thrown = { error };
  },
  report: reportError,
  wait() {},
  store: (gate) => storeDue(gate, (due) => gate.sessions.settle(due)),
  storeLate: (gate) => storeDue(gate, (due) => settleLate(gate, due)),
};

/** Stores changes after the header, and reports each session whose cookie can no longer be sent. */
export async function settleLate(gate: GateParts, due: object): Promise<void> {
  for (const tooLate of await gate.sessions.settleLate(due)) reportError(gate, tooLate);
}

async function storeDue(gate: GateParts, settle: (due: object) => Promise<unknown>): Promise<void> {
  try {
    const due = gate.sessions.due();
    if (due) await settle(due);
  } catch (error) {
    reportError(gate, error);
  }
}

function release(gate: GateParts): void {
  const { res } = gate;
  const buffered = gate.buffered as BufferedResponse;
  gate.buffered = undefined;
  buffered.restore();
  try {
    if (!res.headersSent) {
      addRequiredCookies(res, gate.sessions.cookies);
      if (!buffered.ended) watchClose(res);
    }
    const needsDrain = buffered.replay((call, ...args) => gate.call(call, ...args));
    if (needsDrain && !buffered.ended) process.nextTick(emitDrain, res);
  } catch (error) {
    // Node refuses some mistakes only now, such as a body of another length than announced.
    gate.buffered = buffered;
    gate.on(res.headersSent ? "refusedBody" : "refusedHead", error);
  }
}

function replace(gate: GateParts, error: unknown): void {
  const { res } = gate;
  const buffered = gate.buffered as BufferedResponse;
  gate.buffered = undefined;
  buffered.discard(error);
  restorePatches(res);
  const discarded = DiscardedResponse.of(res, error);
  gate.discarded = discarded;
  if (buffered.starved) discarded.drain();
  discarded.takenOver = takeOver(gate.hooks, error, gate.req, res as HttpResponse);
  if (!discarded.takenOver) {
    sendErrorResponse(res, error);
    reportError(gate, error);
  } else if (!buffered.ended && !res.headersSent) {
    gate.on("postponed");
  }
}

/** Gives an error to the hook for errors that change no response. */
export function reportError({ hooks, req, res }: GateParts, error: unknown): void {
  report(hooks, error, req, res as HttpResponse);
}
