// A link over the application's own client, which reconnects, queues and sends again as it was told to, not as we would.
import type { Deadline } from "../../../deadline.ts";
import { Line } from "../command-target.ts";
import type { Command, Link, Reply, Sender } from "../transport.ts";
import { closed } from "../../../closed.ts";
import { tooLate, unreachable } from "../no-reply.ts";
import { WaitingRoom } from "../waiters.ts";
import { within } from "../within.ts";
import type { ForeignClient } from "./user-client.ts";

/** What an operation gives a client that is on its way back, once it was there. */
const PATIENCE_MS = 20;

/**
 * Sends only while the client is ready: its queue would carry out a write after it was reported as failed. Waits for it until the
 * deadline while it connects for the first time, briefly while it connects again or lets commands hang, not at all while
 * it is away.
 */
export class ForeignLink implements Link {
  readonly isCluster: boolean;
  readonly where: string;
  readonly #client: ForeignClient;
  readonly #line: Line;
  readonly #waiting = new WaitingRoom<Line>();
  readonly #stopListening: () => void;
  #interruptions = 0;
  #wasReady: boolean;
  #lastError: unknown;
  #closed = false;

  constructor(client: ForeignClient) {
    this.isCluster = client.isCluster;
    this.where = client.where;
    this.#client = client;
    this.#wasReady = client.state() === "ready";
    this.#line = new Line(client.where, client.call, {
      onDoubt: (suspect) => {
        if (!suspect) this.#waiting.admit(this.#line);
      },
    });
    this.#stopListening = client.listen({
      onReady: () => {
        this.#wasReady = true;
        this.#line.trust();
        this.#waiting.admit(this.#line);
      },
      onInterruption: () => void this.#interruptions++,
      onError: (error) => void (this.#lastError = error),
    });
  }

  get interruptions(): number {
    return this.#interruptions;
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    const ready = !this.#closed && this.#client.state() === "ready" && !this.#hangs();
    return ready ? this.#line.send(command, deadline) : this.#sendWhenReady(command, deadline);
  }

  async masters(deadline: Deadline): Promise<readonly Sender[]> {
    if (!this.isCluster || this.#closed) return [this];
    const calls = await within(this.#client.masters(), deadline, () =>
      unreachable(this.where, new Error("the client gave no connections to its masters in time")),
    );
    return calls.map((call) => new Line(this.where, call, { onDoubt: () => undefined }));
  }

  /** Leaves the client open: it is the application's. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.refuse(closed);
    this.#stopListening();
  }

  async #sendWhenReady(command: Command, deadline: Deadline): Promise<Reply> {
    if (this.#closed) throw closed();
    if (deadline.remaining() === 0) throw tooLate(this.where);
    const line = await this.#waiting.enter(Math.min(deadline.remaining(), this.#patience()), () =>
      unreachable(this.where, this.#lastError ?? new Error("the client is not ready")),
    );
    return line.send(command, deadline);
  }

  #patience(): number {
    const state = this.#client.state();
    if (state === "closed") throw unreachable(this.where, new Error("the client is closed"));
    if (!this.#wasReady) return Infinity;
    if (state === "away")
      throw unreachable(this.where, this.#lastError ?? new Error("the client lost its connection"));
    return PATIENCE_MS;
  }

  /** One node of a cluster that hangs must not stop the way to the others: there every command takes its own time. */
  #hangs(): boolean {
    return !this.isCluster && this.#line.suspectSince !== undefined;
  }
}
