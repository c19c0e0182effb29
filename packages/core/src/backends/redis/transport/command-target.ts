// One connection's commands, each settled by its deadline, and the suspicion that falls on a connection that let one time out.
import type { Deadline } from "../../deadline.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { connectionLost, timedOut, tooLate } from "./no-reply.ts";
import type { Command, Reply } from "./transport.ts";
import { asServerError, type ServerError } from "./server-error.ts";

/** Hands a command to a client library, which settles the promise when it likes. */
export type Call = (command: Command) => Promise<Reply>;

/** What the owner of a line is told. */
export interface LineEvents {
  /** Suspicion falls on the line (true), or is lifted. */
  onDoubt(suspect: boolean): void;
  /** Redis refused a command. */
  onRefusal?(refusal: ServerError): void;
}

const PING: Command = { name: "ping", args: [], write: false };

/**
 * Sends over one connection. Once a command has timed out the line is suspect: nobody should send on it until any reply comes,
 * late ones included, or the connection ends. A PING goes out to draw such a reply.
 */
export class Line {
  readonly where: string;
  readonly #call: Call;
  readonly #events: LineEvents;
  #suspectSince: number | undefined;
  readonly #waiting = new DeadlineWatch();
  #drained: Array<() => void> = [];
  /** When the last command went out, by `performance.now()`. */
  lastUsed: number = performance.now();

  constructor(where: string, call: Call, events: LineEvents) {
    this.where = where;
    this.#call = call;
    this.#events = events;
  }

  /** Commands that somebody waits for. */
  get inFlight(): number {
    return this.#waiting.size;
  }

  /** By `performance.now()`; undefined while it is above suspicion. */
  get suspectSince(): number | undefined {
    return this.#suspectSince;
  }

  /** Sends once. The outcome of a write that got no reply is unknown from here on: it was handed over. */
  send(command: Command, deadline: Deadline): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      if (now >= deadline.at) {
        reject(tooLate(this.where));
        return;
      }
      const watched = this.#waiting.add(deadline, () => {
        this.#settled();
        this.#suspect();
        reject(timedOut(command, this.where));
      });
      this.lastUsed = now;
      const replied = (reply: Reply): void => {
        if (this.#waiting.delete(watched)) this.#settled();
        this.trust();
        resolve(reply);
      };
      const failed = (error: unknown): void => {
        if (this.#waiting.delete(watched)) this.#settled();
        const refusal = asServerError(error);
        if (refusal) {
          this.trust();
          this.#events.onRefusal?.(refusal);
        }
        reject(refusal ?? connectionLost(command, this.where, error));
      };
      this.#call(command).then(replied, failed);
    });
  }

  /** Resolves when nobody waits for a command any more, by their deadlines at the latest. */
  drained(): Promise<void> {
    return this.#waiting.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#drained.push(resolve));
  }

  #suspect(): void {
    if (this.#suspectSince !== undefined) return;
    this.#suspectSince = performance.now();
    const failed = (error: unknown): void => {
      if (asServerError(error)) this.trust();
    };
    this.#call(PING).then(() => this.trust(), failed);
    this.#events.onDoubt(true);
  }

  /** Lifts suspicion: the connection is a new one, or a reply came. */
  trust(): void {
    if (this.#suspectSince === undefined) return;
    this.#suspectSince = undefined;
    this.#events.onDoubt(false);
  }

  #settled(): void {
    if (this.#waiting.size > 0) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
