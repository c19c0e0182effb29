// A client that belongs to the application, seen the same way whatever library it comes from.
import type { Call } from "../command-target.ts";

/** `closed` is for good; `away`: it lost its connection and waits before it tries again. */
export type ClientState = "ready" | "opening" | "away" | "closed";

/** What changes about a client. */
export interface ClientEvents {
  /** Commands can be sent (again). */
  onReady: () => void;
  /** Its connection broke, and it may send what was under way again by itself. */
  onInterruption: () => void;
  onError: (error: unknown) => void;
}

export interface ForeignClient {
  /** For messages: `ioredis client of 127.0.0.1:6379`. */
  readonly where: string;
  readonly isCluster: boolean;
  readonly call: Call;
  state(): ClientState;
  /** Listens until the returned function is called; the listener for errors stays, lest one of them end the process. */
  listen(events: ClientEvents): () => void;
  /** One call for each master. */
  masters(): Promise<readonly Call[]>;
}

/** The part of an event emitter that is used. */
export interface Emitter {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** Listens to several events at once; the result ends it. */
export function listenTo(
  emitter: Emitter,
  listeners: Readonly<Record<string, (...args: unknown[]) => void>>,
): () => void {
  for (const [event, listener] of Object.entries(listeners)) emitter.on(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) emitter.off(event, listener);
  };
}

/** Whether `object` has all of these as methods; getters of other libraries may throw. */
export function hasMethods(object: object, ...names: string[]): boolean {
  return names.every((name) => typeof (object as Record<string, unknown>)[name] === "function");
}
