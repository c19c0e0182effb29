// The response gate as two tables: what it does in each state on each call and event, and which state follows.
import type { SendingMethods } from "./message.ts";

export type State =
  /** Nothing has been sent. */
  | "open"
  /** The sessions are being stored; calls are buffered. */
  | "buffering"
  /** The header has been sent. */
  | "sent"
  /** A change after the header is being stored; the end is buffered. */
  | "ending"
  /** The end has been sent. */
  | "ended"
  /** The response was discarded; the framework will send an error response later. */
  | "discarding"
  /** Calls belong to an error response. No session is stored any more. */
  | "replaced"
  /** The error response has ended, or the connection was destroyed. */
  | "closed";

/** A call of the application on the response. */
export type Call = keyof SendingMethods;

/** What the gate does with a call. Without `next` the state stays. */
type CallCell =
  /** Makes the call on Node's response. */
  | { readonly do: "pass"; readonly next?: State }
  /** If a session is due, buffers the call and stores the session; otherwise makes the call. */
  | { readonly do: "store"; readonly due: State; readonly otherwise: State }
  /** Keeps the call until the sessions are stored. */
  | { readonly do: "buffer" }
  /** Throws the error that Node throws after the header. */
  | { readonly do: "refuse" }
  /** Drops the call; its writer waits for `drain`. */
  | { readonly do: "discard" }
  /** The same, unless the framework has begun its error response by setting a status or a field. */
  | { readonly do: "discardUnlessReplaced"; readonly next: State };

const pass: CallCell = { do: "pass" };
const buffer: CallCell = { do: "buffer" };
const refuse: CallCell = { do: "refuse" };
const discard: CallCell = { do: "discard" };
const to = (next: State): CallCell => ({ do: "pass", next });
const store = (due: State, otherwise: State): CallCell => ({ do: "store", due, otherwise });
const unless = (next: State): CallCell => ({ do: "discardUnlessReplaced", next });

type CallRow = Readonly<Record<Call, CallCell>>;

function row(writeHead: CallCell, write: CallCell, flush: CallCell, end: CallCell): CallRow {
  return { writeHead, write, flushHeaders: write, flush, end };
}

// oxfmt-ignore
export const CALLS: Readonly<Record<State, CallRow>> = {
  //              writeHead                   write, flushHeaders         flush               end
  open:       row(store("buffering", "sent"), store("buffering", "sent"), pass,               store("buffering", "ended")),
  buffering:  row(refuse,                     buffer,                     buffer,             buffer),
  sent:       row(pass,                       pass,                       pass,               store("ending", "ended")),
  ending:     row(pass,                       buffer,                     buffer,             buffer),
  ended:      row(pass,                       pass,                       pass,               pass),
  discarding: row(to("replaced"),             unless("replaced"),         unless("replaced"), unless("replaced")),
  replaced:   row(pass,                       pass,                       pass,               to("closed")),
  closed:     row(pass,                       discard,                    discard,            discard),
};

/** What happens around the calls. */
export type GateEvent =
  /** The sessions are stored. */
  | "stored"
  /** They could not be stored, or the handler threw meanwhile. */
  | "notStored"
  /** The same, and the buffered response is complete and reports an error itself. */
  | "reported"
  /** The application responds with an error after a save of its own failed. */
  | "gaveUp"
  /** Node refused a buffered call, before or after it sent the header. */
  | "refusedHead"
  | "refusedBody"
  /** The handler threw. */
  | "threw"
  /** The framework takes an error over, but it has not sent its response yet. */
  | "postponed"
  /** The handler has returned, or the response has closed. */
  | "finished"
  /** The same, and no client can be reached any more. */
  | "disconnected";

/** What the gate does on an event. */
export type EventAction =
  /** Makes the buffered calls. */
  | "release"
  /** Makes the buffered calls, and reports the error. */
  | "releaseAndReport"
  /** Stores nothing for this response: it may ask the client to try again. */
  | "giveUp"
  /** Resets the headers. The framework sends the error response. */
  | "reset"
  /** Discards what was buffered. The framework, or else this package, sends the error response. */
  | "replace"
  /** Destroys the connection: the client must not take the response for complete. */
  | "breakOff"
  /** Sends an error response, by calls as any other. */
  | "respond"
  /** Lets the error fail the buffered response, unless that is complete. */
  | "remember"
  | "report"
  | "wait"
  /** Stores what changed. */
  | "store"
  /** Stores what changed, and reports the sessions that would have needed a cookie. */
  | "storeLate";

type EventCell = readonly [EventAction, next?: State];

/** An event that a state does not list changes nothing. */
export const EVENTS: Readonly<Record<State, Readonly<Partial<Record<GateEvent, EventCell>>>>> = {
  open: {
    gaveUp: ["giveUp", "replaced"],
    notStored: ["reset", "replaced"],
    threw: ["respond"],
    disconnected: ["store"],
  },
  buffering: {
    stored: ["release", "sent"],
    notStored: ["replace", "replaced"],
    reported: ["releaseAndReport", "replaced"],
    threw: ["remember"],
  },
  sent: {
    refusedHead: ["replace", "replaced"],
    refusedBody: ["breakOff", "closed"],
    threw: ["breakOff", "closed"],
    disconnected: ["storeLate"],
  },
  ending: {
    stored: ["release", "ended"],
    notStored: ["breakOff", "closed"],
    reported: ["breakOff", "closed"],
    threw: ["report"],
  },
  ended: {
    refusedBody: ["breakOff", "closed"],
    threw: ["report"],
    finished: ["storeLate"],
    disconnected: ["storeLate"],
  },
  discarding: { threw: ["report"] },
  replaced: {
    refusedHead: ["replace", "replaced"],
    refusedBody: ["breakOff", "closed"],
    postponed: ["wait", "discarding"],
    threw: ["report"],
  },
  closed: {
    refusedBody: ["breakOff", "closed"],
    threw: ["report"],
  },
};
