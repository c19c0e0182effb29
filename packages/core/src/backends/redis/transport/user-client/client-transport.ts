// A transport over the application's own client, which reconnects, queues and resends as the application configured it.
import { setTimeout as delay } from "node:timers/promises";
import { closed } from "../../../closed.ts";
import type { Deadline } from "../../../deadline.ts";
import {
  getEach,
  isSplit,
  namingOneKey,
  TOO_LATE_MS,
  TRY_AGAIN_MS,
} from "../cluster/split-session.ts";
import { concealArguments } from "../conceal-arguments.ts";
import { type Call, Dispatcher } from "../dispatcher.ts";
import { OpeningError } from "../explain-failure.ts";
import { tooLate, unreachable } from "../no-reply.ts";
import { asServerError, isPermanent } from "../server-error.ts";
import type { Command, CommandTarget, Reply, Transport } from "../transport.ts";
import { Waiters, within } from "../waiters.ts";
import type { UserClient } from "./user-client.ts";

/** How long an operation waits for a client that is reconnecting. */
const PATIENCE_MS = 20;
/** A client that stays connected to a demoted master is reconnected at most this often. */
const RECONNECT_EVERY_MS = 1000;

/**
 * Sends only while the client is ready: from its queue it would run a write after the write was reported as failed. An operation
 * waits until its deadline while the client connects for the first time, briefly while it reconnects or leaves commands without
 * a reply, and not at all while it is away.
 */
export class ClientTransport implements Transport {
  readonly isCluster: boolean;
  readonly address: string;
  readonly #client: UserClient;
  readonly #dispatcher: Dispatcher;
  readonly #waiters = new Waiters<Dispatcher>();
  readonly #stopListening: () => void;
  #resendCount = 0;
  #wasReady: boolean;
  #lastError: unknown;
  #reconnectedAt = -Infinity;
  #closed = false;

  constructor(client: UserClient) {
    this.isCluster = client.isCluster;
    this.address = client.address;
    this.#client = client;
    this.#wasReady = client.state() === "ready";
    this.#dispatcher = new Dispatcher(client.address, concealed(client.call), {
      onResponsive: () => this.#waiters.resolveAll(this.#dispatcher),
      onRefusal: ({ code }) => {
        if (code === "READONLY") this.#leaveReplica();
      },
    });
    this.#stopListening = client.listen({
      onReady: () => {
        this.#wasReady = true;
        this.#dispatcher.markResponsive();
        this.#waiters.resolveAll(this.#dispatcher);
      },
      onPossibleResend: () => void this.#resendCount++,
      onError: (error) => this.#failed(error),
    });
  }

  get resendCount(): number {
    return this.#resendCount;
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    const sent = this.#send(command, deadline);
    if (!this.isCluster) return sent;
    return sent.catch((error: unknown) => {
      if (!isSplit(error)) throw error;
      return this.#sendToMigratingSlot(command, deadline, error);
    });
  }

  #send(command: Command, deadline: Deadline): Promise<Reply> {
    const ready = !this.#closed && this.#client.state() === "ready" && !this.#isUnresponsive();
    return ready
      ? this.#dispatcher.send(command, deadline)
      : this.#sendWhenReady(command, deadline);
  }

  /**
   * The client follows redirections, but the new node refuses two keys of which one does not exist. A command for one key is redirected
   * there also if the tombstone is still on the old node, so that is read first; none can come into being there meanwhile.
   */
  async #sendToMigratingSlot(
    command: Command,
    deadline: Deadline,
    refusal: unknown,
  ): Promise<Reply> {
    const send = (each: Command): Promise<Reply> => this.#send(each, deadline);
    if (command.name === "mget") return getEach(command, send);
    if (command.script === undefined) throw refusal;
    const byOneKey = namingOneKey(command, command.script);
    const [, , , tombstone = ""] = command.args;
    const get: Command = { name: "get", args: [tombstone], key: String(tombstone), write: false };
    for (; deadline.remaining() >= TOO_LATE_MS; await delay(TRY_AGAIN_MS)) {
      try {
        return await send((await send(get)) === null ? byOneKey : command);
      } catch (error) {
        if (!isSplit(error)) throw error;
      }
    }
    throw refusal;
  }

  async masters(deadline: Deadline): Promise<readonly CommandTarget[]> {
    if (!this.isCluster || this.#closed) return [this];
    const calls = await within(this.#client.masters(), deadline, () =>
      unreachable(this.address, new Error("the client did not connect to all masters in time")),
    );
    return calls.map((call) => new Dispatcher(this.address, concealed(call)));
  }

  /** Leaves the client open, because it belongs to the application. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiters.rejectAll(closed);
    this.#stopListening();
  }

  async #sendWhenReady(command: Command, deadline: Deadline): Promise<Reply> {
    if (this.#closed) throw closed();
    if (deadline.remaining() === 0) throw tooLate(this.address);
    const dispatcher = await this.#waiters.wait(
      Math.min(deadline.remaining(), this.#patience()),
      () => unreachable(this.address, this.#lastError ?? new Error("the client is not ready")),
    );
    return dispatcher.send(command, deadline);
  }

  #patience(): number {
    const state = this.#client.state();
    if (state === "closed") {
      const cause = new OpeningError("the client is closed", { isPermanent: true });
      throw unreachable(this.address, cause);
    }
    if (!this.#wasReady) return Infinity;
    if (state === "away") {
      const cause = this.#lastError ?? new Error("the client lost its connection");
      throw unreachable(this.address, cause);
    }
    return PATIENCE_MS;
  }

  /** A refused login is final for the operations that wait; the client itself may go on trying. */
  #failed(error: unknown): void {
    const refusal = asServerError(error);
    this.#lastError = refusal ?? error;
    if (refusal && isPermanent(refusal))
      this.#waiters.rejectAll(() => unreachable(this.address, refusal));
  }

  /**
   * After a failover behind one name, a client stays connected to the old master, which is now a replica. Libraries do not notice,
   * so the client is asked to reconnect; not if it never reached a master, because then its address is wrong.
   */
  #leaveReplica(): void {
    const now = performance.now();
    if (!this.#dispatcher.hasWritten || now - this.#reconnectedAt < RECONNECT_EVERY_MS) return;
    this.#reconnectedAt = now;
    this.#client.reconnect?.();
  }

  /** Never true of a cluster: one node that hangs must not block the others, so each command waits for its own deadline. */
  #isUnresponsive(): boolean {
    return !this.isCluster && this.#dispatcher.unresponsiveSince !== undefined;
  }
}

/** Always concealed: the application's logs and instrumentations can look at its client in more ways than the store can see. */
function concealed(call: Call): Call {
  return (command) => call(concealArguments(command));
}
