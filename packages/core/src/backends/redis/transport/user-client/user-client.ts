// A client that belongs to the application, in one form for all libraries.
import type { Call } from "../dispatcher.ts";

/** `away`: it lost its connection and pauses before it reconnects. `closed` is final. */
export type ClientState = "ready" | "opening" | "away" | "closed";

export interface ClientEvents {
  /** Commands can be sent, for the first time or again. */
  onReady: () => void;
  /** Its connection broke, and it may send the commands in flight again by itself. */
  onPossibleResend: () => void;
  onError: (error: unknown) => void;
}

export interface UserClient {
  /** For messages, such as `127.0.0.1:6379 (the client given to withClient)`. */
  readonly address: string;
  readonly isCluster: boolean;
  readonly call: Call;
  state(): ClientState;
  /** Listens until the returned function is called. The `error` listener stays: without one, an error would end the process. */
  listen(events: ClientEvents): () => void;
  /** One call for each master. */
  masters(): Promise<readonly Call[]>;
  /** Lets the client connect again, by its public methods; undefined if its library has none, or does it by itself. */
  readonly reconnect: (() => void) | undefined;
}

/** The part of an event emitter that is used. */
export interface Emitter {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** Adds several listeners, and returns a function that removes them. */
export function listenTo(
  emitter: Emitter,
  listeners: Readonly<Record<string, (...args: unknown[]) => void>>,
): () => void {
  for (const [event, listener] of Object.entries(listeners)) emitter.on(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(listeners)) emitter.off(event, listener);
  };
}

/** True if `object` has all of these methods. */
export function hasMethods(object: object, ...names: string[]): boolean {
  return names.every((name) => typeof (object as Record<string, unknown>)[name] === "function");
}
