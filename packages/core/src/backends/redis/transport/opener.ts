// Opens connections to one endpoint: further attempts while one hangs, and the memory of the last failure.
import { Connection, type ConnectionEvents } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";

/** The longest an attempt may take. */
const ATTEMPT_MS = 3000;
/** While an attempt hangs, another one may start this much later: the network or the master may have changed. */
const NEXT_ATTEMPT_MS = 250;
/** A distant endpoint needs more time, by this factor of the fastest opening. */
const NEXT_ATTEMPT_FACTOR = 3;

export interface OpenerEvents {
  onOpened: (connection: Connection) => void;
  /** An attempt was refused, or the last one of several timed out. */
  onFailed: (cause: unknown, isTimedOut: boolean) => void;
  /** Whether another attempt should start while the last one hangs. */
  isAwaited: () => boolean;
}

export class Opener {
  readonly #endpoint: Endpoint;
  readonly #events: OpenerEvents;
  readonly #connectionEvents: ConnectionEvents;
  readonly #attempts = new Set<AbortController>();
  #nextAttempt: NodeJS.Timeout | undefined;
  #fastest = Infinity;
  #failure: { readonly at: number; readonly cause: unknown } | undefined;

  constructor(endpoint: Endpoint, events: OpenerEvents, connectionEvents: ConnectionEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#connectionEvents = connectionEvents;
  }

  get isOpening(): boolean {
    return this.#attempts.size > 0;
  }

  /** True if an attempt started a moment ago, so that `open` does nothing. */
  get isPausing(): boolean {
    return this.#nextAttempt !== undefined;
  }

  /** The last failure, if it is at most this old and no connection has opened since. */
  failureWithin(milliseconds: number): { readonly cause: unknown } | undefined {
    const failure = this.#failure;
    return failure && performance.now() - failure.at < milliseconds ? failure : undefined;
  }

  /** Starts an attempt, unless one started a moment ago. It belongs to no operation, and outlives those that wait for it. */
  open(): void {
    if (this.isPausing) return;
    const attempt = new AbortController();
    this.#attempts.add(attempt);
    const began = performance.now();
    const slow = NEXT_ATTEMPT_FACTOR * this.#fastest;
    const pause = Math.max(NEXT_ATTEMPT_MS, Number.isFinite(slow) ? slow : 0);
    this.#nextAttempt = setTimeout(() => {
      this.#nextAttempt = undefined;
      if (this.#events.isAwaited()) this.open();
    }, pause).unref();
    let isTimedOut = false;
    const limit = setTimeout(() => {
      isTimedOut = true;
      attempt.abort(new Error(`no connection within ${ATTEMPT_MS / 1000} s`));
    }, ATTEMPT_MS);
    const done = (): boolean => {
      clearTimeout(limit);
      return this.#attempts.delete(attempt);
    };
    const opened = (connection: Connection): void => {
      // Aborted as the connection opened.
      if (!done()) return void connection.disconnect();
      this.#fastest = Math.min(this.#fastest, performance.now() - began);
      this.#failure = undefined;
      this.abort(new Error("another attempt succeeded"));
      this.#events.onOpened(connection);
    };
    const failed = (cause: unknown): void => {
      if (!done()) return;
      this.#failure = { at: performance.now(), cause };
      // After a refusal the next operation may try at once. After a time-out, attempts that started later may still succeed.
      if (!isTimedOut) this.#allowNext();
      if (!isTimedOut || this.#attempts.size === 0) this.#events.onFailed(cause, isTimedOut);
    };
    void Connection.open(this.#endpoint, this.#connectionEvents, attempt.signal).then(
      opened,
      failed,
    );
  }

  /** Gives up all attempts. */
  abort(reason: Error): void {
    this.#allowNext();
    const attempts = [...this.#attempts];
    this.#attempts.clear();
    for (const attempt of attempts) attempt.abort(reason);
  }

  #allowNext(): void {
    clearTimeout(this.#nextAttempt);
    this.#nextAttempt = undefined;
  }
}
