// Sends commands over one connection, settles each by its deadline, and notices when the connection stops responding.
import type { Deadline } from "../../deadline.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { connectionLost, timedOut, tooLate } from "./no-reply.ts";
import { asServerError, type ServerError } from "./server-error.ts";
import type { Command, CommandTarget, Reply } from "./transport.ts";

/** Passes a command to a client library, which may settle the promise late or never. */
export type Call = (command: Command) => Promise<Reply>;

export interface DispatcherEvents {
  /** The connection replied again after a time-out or a probe. */
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
  readonly #pending = new DeadlineWatch();
  #onDrained: Array<() => void> = [];
  #unresponsiveSince: number | undefined;
  #isProbing = false;
  /** When the last command was sent, by `performance.now()`. */
  lastUsed: number = performance.now();
  /** When the last reply came, by `performance.now()`. */
  lastReply: number = performance.now();
  /** The shortest time between a command and its reply, in milliseconds. */
  roundTrip: number = Infinity;
  /** True once a command that can change data succeeded. */
  hasWritten: boolean = false;

  constructor(address: string, call: Call, events: DispatcherEvents = {}) {
    this.address = address;
    this.#call = call;
    this.#events = events;
  }

  /** The number of commands that are still awaited. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** When the first command was sent that timed out without a reply, by `performance.now()`; undefined while the connection responds. */
  get unresponsiveSince(): number | undefined {
    return this.#unresponsiveSince;
  }

  /** True while `probe` waits for its reply: the connection is unresponsive only as a precaution. */
  get isProbing(): boolean {
    return this.#isProbing;
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const now = performance.now();
      if (now >= deadline.at) {
        reject(tooLate(this.address));
        return;
      }
      let isLate = false;
      const watched = this.#pending.add(deadline, () => {
        isLate = true;
        this.#settled();
        this.#isProbing = false;
        this.#markUnresponsive(now);
        reject(timedOut(command, this.address));
      });
      this.lastUsed = now;
      const replied = (reply: Reply): void => {
        if (this.#pending.delete(watched)) this.#settled();
        this.#noteReply(now);
        if (command.write) this.hasWritten = true;
        resolve(reply);
      };
      const failed = (reason: unknown): void => {
        const refusal = asServerError(reason);
        if (refusal) this.#noteReply(now);
        if (refusal?.code === "NOSCRIPT" && command.script !== undefined && !isLate) {
          this.#call(asEval(command, command.script)).then(replied, failed);
          return;
        }
        if (this.#pending.delete(watched)) this.#settled();
        if (refusal) this.#events.onRefusal?.(refusal);
        reject(refusal ?? connectionLost(command, this.address, reason));
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

  /** Treats the connection as unresponsive until Redis replies to a PING. */
  probe(): void {
    this.#isProbing = true;
    this.#markUnresponsive(performance.now());
  }

  /** Called for every reply, and by an owner whose client library has opened a new connection. */
  markResponsive(): void {
    if (this.#unresponsiveSince === undefined) return;
    this.#unresponsiveSince = undefined;
    this.#isProbing = false;
    this.#events.onResponsive?.();
  }

  #markUnresponsive(since: number): void {
    if (this.#unresponsiveSince !== undefined) return;
    this.#unresponsiveSince = since;
    const sent = performance.now();
    const failed = (error: unknown): void => {
      if (asServerError(error)) this.#noteReply(sent);
    };
    this.#call(PING).then(() => this.#noteReply(sent), failed);
  }

  #noteReply(sent: number): void {
    this.lastReply = performance.now();
    this.roundTrip = Math.min(this.roundTrip, this.lastReply - sent);
    this.markResponsive();
  }

  #settled(): void {
    if (this.#pending.size > 0) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}

/** EVAL with the text of the script in place of EVALSHA with its hash. */
function asEval(command: Command, script: string): Command {
  const { key, write, asking, args } = command;
  return {
    name: "eval",
    args: [script, ...args.slice(1)],
    write,
    ...(key === undefined ? {} : { key }),
    ...(asking === undefined ? {} : { asking }),
  };
}
