// The connections to one address: opened on demand, one at a time, more of them under load, and closed when idle.
import { closed } from "../../closed.ts";
import type { Deadline } from "../../deadline.ts";
import { Connection, type ConnectionEvents, type Endpoint } from "./connection.ts";
import { tooLate, unreachable } from "./no-reply.ts";
import type { Command, CommandTarget, Reply, Transport } from "./transport.ts";
import { Waiters } from "./waiters.ts";

/** One connection carries many commands at once; another pays off only above this number in flight. */
const BUSY = 64;
/** The longest an attempt to connect may take. A new attempt may succeed after the network has recovered. */
const ATTEMPT_MS = 3000;
/** Operations that arrive this soon after a failed attempt fail with it, without another attempt. */
const FAILURE_COUNTS_MS = 10;
/** If a further connection is refused (maxclients), the existing ones have to do for this long. */
const GROW_AGAIN_MS = 1000;
/** How long an operation waits for an unresponsive Redis to recover before it fails. */
const PATIENCE_MS = 20;
/** A connection that is unresponsive for this long may be dead without a signal: a new one is opened beside it. */
const REPLACE_AFTER_MS = 500;

export interface PoolLimits {
  /** The highest number of connections. */
  readonly size: number;
  /** Seconds without a command after which a connection is closed; 0 = never. */
  readonly idleTimeout: number;
}

/** A {@link Transport} to one node, or to the current master according to the sentinels of the endpoint. */
export class Pool implements Transport {
  readonly isCluster = false;
  readonly resendCount = 0;
  readonly address: string;
  readonly #endpoint: Endpoint;
  readonly #limits: PoolLimits;
  readonly #connections: Connection[] = [];
  readonly #waiters = new Waiters<Connection>();
  readonly #events: ConnectionEvents;
  #attempt: AbortController | undefined;
  #failure: { readonly at: number; readonly cause: unknown } | undefined;
  /** True if the last attempts to connect were neither refused nor answered. */
  #attemptsHang = false;
  /** How long the last connection took to open, in milliseconds. */
  #openingTook = 0;
  #closed: (() => Error) | undefined;

  constructor(endpoint: Endpoint, limits: PoolLimits) {
    this.address = endpoint.address;
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#events = {
      onResponsive: (connection) => this.#offer(connection),
      onEnd: (connection) => this.#remove(connection),
    };
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    const connection = this.#pick();
    return connection
      ? connection.dispatcher.send(command, deadline)
      : this.#sendWhenOpen(command, deadline);
  }

  async masters(): Promise<readonly CommandTarget[]> {
    return [this];
  }

  /** Rejects new commands at once, with `reason`, and waits for those in flight, until their deadlines. */
  async close(reason: () => Error = closed): Promise<void> {
    this.#closed ??= reason;
    this.#attempt?.abort(this.#closed());
    this.#waiters.rejectAll(this.#closed);
    await Promise.all(this.#connections.map((connection) => connection.dispatcher.drained()));
    await Promise.all(this.#connections.map((connection) => connection.disconnect()));
  }

  /** The first connection that is not busy, so that later ones become idle and close; otherwise the least busy one. */
  #pick(): Connection | undefined {
    if (this.#closed) return undefined;
    let least: Connection | undefined;
    for (const connection of this.#connections) {
      const { unresponsiveSince, inFlight } = connection.dispatcher;
      if (unresponsiveSince !== undefined || !connection.usable) continue;
      if (inFlight <= BUSY) return connection;
      if (!least || inFlight < least.dispatcher.inFlight) least = connection;
    }
    if (least && this.#connections.length < this.#limits.size && !this.#failedWithin(GROW_AGAIN_MS))
      this.#open();
    return least;
  }

  async #sendWhenOpen(command: Command, deadline: Deadline): Promise<Reply> {
    if (this.#closed) throw this.#closed();
    if (deadline.remaining() === 0) throw tooLate(this.address);
    const connection = await this.#connect(deadline);
    return connection.dispatcher.send(command, deadline);
  }

  /** Waits until a connection opens or an unresponsive one recovers: until the deadline, or briefly if Redis is known to hang. */
  #connect(deadline: Deadline): Promise<Connection> {
    const unresponsiveSince = this.#connections.find((connection) => connection.usable)?.dispatcher
      .unresponsiveSince;
    if (
      unresponsiveSince === undefined ||
      performance.now() - unresponsiveSince > REPLACE_AFTER_MS
    ) {
      const failure = this.#failedWithin(FAILURE_COUNTS_MS);
      if (failure) return Promise.reject(unreachable(this.address, failure.cause));
      this.#open();
    }
    const hangs = unresponsiveSince !== undefined || this.#attemptsHang;
    // A distant Redis needs its round trips to open a connection, even if all is well.
    const patience = hangs ? PATIENCE_MS + 2 * this.#openingTook : Infinity;
    return this.#waiters.wait(Math.min(deadline.remaining(), patience), () => {
      if (this.#attempt) this.#attemptsHang = true;
      return unreachable(this.address, new Error("it does not reply"));
    });
  }

  #failedWithin(milliseconds: number): { readonly cause: unknown } | undefined {
    const failure = this.#failure;
    return failure && performance.now() - failure.at < milliseconds ? failure : undefined;
  }

  /** Starts an attempt unless one is running. It belongs to no operation, and continues after those that wait for it have failed. */
  #open(): void {
    if (this.#attempt) return;
    const attempt = new AbortController();
    this.#attempt = attempt;
    if (this.#connections.length >= this.#limits.size) void this.#connections[0]?.disconnect();
    const began = performance.now();
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      attempt.abort(new Error(`no connection within ${ATTEMPT_MS / 1000} s`));
    }, ATTEMPT_MS);
    const opened = (connection: Connection): void => {
      this.#openingTook = performance.now() - began;
      this.#add(connection);
    };
    const failed = (cause: unknown): void => {
      this.#failure = { at: performance.now(), cause };
      // After a refusal the next attempt is worth waiting for.
      this.#attemptsHang = timedOut;
      if (this.#connections.length === 0)
        this.#waiters.rejectAll(() => unreachable(this.address, cause));
    };
    const done = (): void => {
      clearTimeout(limit);
      this.#attempt = undefined;
    };
    void Connection.open(this.#endpoint, this.#events, attempt.signal)
      .then(opened, failed)
      .finally(done);
  }

  #add(connection: Connection): void {
    if (this.#closed) {
      void connection.disconnect();
      return;
    }
    // A connection that stays unresponsive while a new one opens is dead.
    for (const old of this.#connections)
      if (old.dispatcher.unresponsiveSince !== undefined) void old.disconnect();
    this.#failure = undefined;
    this.#connections.push(connection);
    if (this.#limits.idleTimeout > 0) this.#closeWhenIdle(connection);
    this.#offer(connection);
  }

  #offer(connection: Connection): void {
    this.#attemptsHang = false;
    this.#waiters.resolveAll(connection);
  }

  #closeWhenIdle(connection: Connection): void {
    const timeout = this.#limits.idleTimeout * 1000;
    const idle = performance.now() - connection.dispatcher.lastUsed;
    const due = connection.dispatcher.inFlight === 0 && idle >= timeout;
    if (due) void connection.disconnect();
    else if (connection.usable)
      setTimeout(() => this.#closeWhenIdle(connection), Math.max(1, timeout - idle)).unref();
  }

  #remove(connection: Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at !== -1) this.#connections.splice(at, 1);
  }
}
