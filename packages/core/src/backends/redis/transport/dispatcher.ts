// Sends commands over one connection, settles each by its deadline, and notices when the connection stops responding.
import type { Deadline } from "../../deadline.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { connectionLost, timedOut, tooLate } from "./no-reply.ts";
import { asServerError, type ServerError } from "./server-error.ts";
import type { Command, CommandTarget, Reply } from "./transport.ts";

/** Passes a command to a client library, which may settle the promise late or never. */
export type Call = (command: Command) => Promise<Reply>;

export interface DispatcherEvents {
  /** The connection replied again after a time-out. */
  onResponsive?: () => void;
  /** Redis refused a command. */
  onRefusal?: (refusal: ServerError) => void;
}

const PING: Command = { name: "ping", args: [], write: false };

/**
 * After a command timed out the connection counts as unresponsive, and its owner should send nothing more over it. Any reply ends
 * this state, a late one included, as does a new connection. A PING is sent to draw such a reply.
 */
export class Dispatcher implements CommandTarget {
  readonly address: string;
  readonly #call: Call;
  readonly #events: DispatcherEvents;
  #unresponsiveSince: number | undefined;
  readonly #pending = new DeadlineWatch();
  #onDrained: Array<() => void> = [];
  /** When the last command was sent, by `performance.now()`. */
  lastUsed: number = performance.now();

  constructor(address: string, call: Call, events: DispatcherEvents = {}) {
    this.address = address;
    this.#call = call;
    this.#events = events;
  }

  /** The number of commands that are still awaited. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** When the first unanswered command timed out, by `performance.now()`; undefined while the connection responds. */
  get unresponsiveSince(): number | undefined {
    return this.#unresponsiveSince;
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      if (now >= deadline.at) {
        reject(tooLate(this.address));
        return;
      }
      const watched = this.#pending.add(deadline, () => {
        this.#settled();
        this.#markUnresponsive();
        reject(timedOut(command, this.address));
      });
      this.lastUsed = now;
      const replied = (reply: Reply): void => {
        if (this.#pending.delete(watched)) this.#settled();
        this.markResponsive();
        resolve(reply);
      };
      const failed = (error: unknown): void => {
        if (this.#pending.delete(watched)) this.#settled();
        const refusal = asServerError(error);
        if (refusal) {
          this.markResponsive();
          this.#events.onRefusal?.(refusal);
        }
        reject(refusal ?? connectionLost(command, this.address, error));
      };
      this.#call(command).then(replied, failed);
    });
  }

  /** Resolves when no command is awaited any more, at the latest by the last deadline. */
  drained(): Promise<void> {
    return this.#pending.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Called for every reply, and by an owner whose client library has opened a new connection. */
  markResponsive(): void {
    if (this.#unresponsiveSince === undefined) return;
    this.#unresponsiveSince = undefined;
    this.#events.onResponsive?.();
  }

  #markUnresponsive(): void {
    if (this.#unresponsiveSince !== undefined) return;
    this.#unresponsiveSince = performance.now();
    const failed = (error: unknown): void => {
      if (asServerError(error)) this.markResponsive();
    };
    this.#call(PING).then(() => this.markResponsive(), failed);
  }

  #settled(): void {
    if (this.#pending.size > 0) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}
