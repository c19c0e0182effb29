// The connections to one place: opened on demand, one at a time, more of them under load, closed when idle.
import type { Deadline } from "../../deadline.ts";
import { Connection, type ConnectionEvents, type Endpoint } from "./connection.ts";
import type { Command, Link, Reply, Sender } from "./transport.ts";
import { closed } from "../../closed.ts";
import { tooLate, unreachable } from "./no-reply.ts";
import { WaitingRoom } from "./waiters.ts";

/** A connection carries many requests at once; another one pays only above this. */
const BUSY = 64;
/** Longest a single attempt to connect may take: what hangs is given up, for a new one to find a mended way. */
const ATTEMPT_MS = 3000;
/** A failed attempt speaks for the operations of the next moment. */
const FAILURE_COUNTS_MS = 10;
/** Where a further connection is refused (maxclients), the others do for a while. */
const GROW_AGAIN_MS = 1000;
/** What an operation gives a place that hangs to come back to life before it fails. */
const PATIENCE_MS = 20;
/** A connection that hangs this long may be dead without having been told so: a new one is tried beside it. */
const REPLACE_AFTER_MS = 500;

export interface PoolLimits {
  /** Most connections at a time. */
  readonly size: number;
  /** Seconds without a command after which a connection is closed; 0 = never. */
  readonly idleTimeout: number;
}

/** A {@link Link} to one node, or to whatever master the sentinels of the endpoint name. */
export class Pool implements Link {
  readonly isCluster = false;
  readonly interruptions = 0;
  readonly where: string;
  readonly #endpoint: Endpoint;
  readonly #limits: PoolLimits;
  readonly #connections: Connection[] = [];
  readonly #waiting = new WaitingRoom<Connection>();
  readonly #events: ConnectionEvents;
  #attempt: AbortController | undefined;
  #failure: { readonly at: number; readonly cause: unknown } | undefined;
  /** The last attempts to connect were not refused, but got no answer either. */
  #attemptsHang = false;
  #openingTook = 0;
  #closed: (() => Error) | undefined;

  constructor(endpoint: Endpoint, limits: PoolLimits) {
    this.where = endpoint.where;
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#events = {
      onDoubt: (connection, suspect) => {
        if (!suspect) this.#serve(connection);
      },
      onEnd: (connection) => this.#forget(connection),
    };
  }

  send(command: Command, deadline: Deadline): Promise<Reply> {
    const connection = this.#pick();
    return connection
      ? connection.line.send(command, deadline)
      : this.#sendWhenOpen(command, deadline);
  }

  async masters(): Promise<readonly Sender[]> {
    return [this];
  }

  /** Refuses new commands at once, with `reason`, and gives those on their way until their deadlines. */
  async close(reason: () => Error = closed): Promise<void> {
    this.#closed ??= reason;
    this.#attempt?.abort(this.#closed());
    this.#waiting.refuse(this.#closed);
    await Promise.all(this.#connections.map((connection) => connection.line.drained()));
    await Promise.all(this.#connections.map((connection) => connection.disconnect()));
  }

  /** The first connection that is not busy, so that the later ones fall idle and close; else the least busy one. */
  #pick(): Connection | undefined {
    if (this.#closed) return undefined;
    let least: Connection | undefined;
    for (const connection of this.#connections) {
      const { suspectSince, inFlight } = connection.line;
      if (suspectSince !== undefined || !connection.usable) continue;
      if (inFlight <= BUSY) return connection;
      if (!least || inFlight < least.line.inFlight) least = connection;
    }
    if (least && this.#connections.length < this.#limits.size && !this.#failedWithin(GROW_AGAIN_MS))
      this.#open();
    return least;
  }

  async #sendWhenOpen(command: Command, deadline: Deadline): Promise<Reply> {
    if (this.#closed) throw this.#closed();
    if (deadline.remaining() === 0) throw tooLate(this.where);
    const connection = await this.#connect(deadline);
    return connection.line.send(command, deadline);
  }

  /** Waits for a connection to open, or for one that hangs to answer: until the deadline, or briefly once it is known to hang. */
  #connect(deadline: Deadline): Promise<Connection> {
    const hangs = this.#connections.find((connection) => connection.usable)?.line.suspectSince;
    if (hangs === undefined || performance.now() - hangs > REPLACE_AFTER_MS) {
      const failure = this.#failedWithin(FAILURE_COUNTS_MS);
      if (failure) return Promise.reject(unreachable(this.where, failure.cause));
      this.#open();
    }
    const hanging = hangs !== undefined || this.#attemptsHang;
    // A place that is far away needs its round trips also when all is well.
    const patience = hanging ? PATIENCE_MS + 2 * this.#openingTook : Infinity;
    return this.#waiting.enter(Math.min(deadline.remaining(), patience), () => {
      if (this.#attempt) this.#attemptsHang = true;
      return unreachable(this.where, new Error("it does not answer"));
    });
  }

  #failedWithin(milliseconds: number): { readonly cause: unknown } | undefined {
    const failure = this.#failure;
    return failure && performance.now() - failure.at < milliseconds ? failure : undefined;
  }

  /** One attempt at a time, owned by no operation: it goes on when those that asked for it have given up. */
  #open(): void {
    if (this.#attempt) return;
    const attempt = new AbortController();
    this.#attempt = attempt;
    if (this.#connections.length >= this.#limits.size) void this.#connections[0]?.disconnect();
    const began = performance.now();
    let hangs = false;
    const limit = setTimeout(() => {
      hangs = true;
      attempt.abort(new Error(`no connection within ${ATTEMPT_MS / 1000} s`));
    }, ATTEMPT_MS);
    const opened = (connection: Connection): void => {
      this.#openingTook = performance.now() - began;
      this.#welcome(connection);
    };
    const failed = (cause: unknown): void => {
      this.#failure = { at: performance.now(), cause };
      // A refusal is an answer: the next attempt may be waited for.
      this.#attemptsHang = hangs;
      if (this.#connections.length === 0)
        this.#waiting.refuse(() => unreachable(this.where, cause));
    };
    const done = (): void => {
      clearTimeout(limit);
      this.#attempt = undefined;
    };
    void Connection.open(this.#endpoint, this.#events, attempt.signal)
      .then(opened, failed)
      .finally(done);
  }

  #welcome(connection: Connection): void {
    if (this.#closed) {
      void connection.disconnect();
      return;
    }
    // What hangs while a new connection opens is dead, and has only not been told so.
    for (const old of this.#connections)
      if (old.line.suspectSince !== undefined) void old.disconnect();
    this.#failure = undefined;
    this.#connections.push(connection);
    if (this.#limits.idleTimeout > 0) this.#closeWhenIdle(connection);
    this.#serve(connection);
  }

  #serve(connection: Connection): void {
    this.#attemptsHang = false;
    this.#waiting.admit(connection);
  }

  #closeWhenIdle(connection: Connection): void {
    const timeout = this.#limits.idleTimeout * 1000;
    const idle = performance.now() - connection.line.lastUsed;
    const due = connection.line.inFlight === 0 && idle >= timeout;
    if (due) void connection.disconnect();
    else if (connection.usable)
      setTimeout(() => this.#closeWhenIdle(connection), Math.max(1, timeout - idle)).unref();
  }

  #forget(connection: Connection): void {
    const at = this.#connections.indexOf(connection);
    if (at !== -1) this.#connections.splice(at, 1);
  }
}
