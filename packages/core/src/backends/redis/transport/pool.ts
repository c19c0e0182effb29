// The connections to one endpoint: opened on demand, more of them under load, replaced when they do not respond, closed when idle.
import { closed } from "../../closed.ts";
import type { Deadline } from "../../deadline.ts";
import type { Connection } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { tooLate, unreachable } from "./no-reply.ts";
import { Opener } from "./opener.ts";
import type { Command, CommandTarget, Reply, Transport } from "./transport.ts";
import { Waiters } from "./waiters.ts";

/** One connection carries many commands at once; another pays off only above this number in flight. */
const BUSY = 64;
/** Operations that arrive this soon after a failed attempt to connect fail with it, without another attempt. */
const FAILURE_COUNTS_MS = 10;
/** If a further connection is refused (maxclients), the existing ones have to do for this long. */
const GROW_AGAIN_MS = 1000;
/** How long an operation waits for an unresponsive Redis to recover before it fails; and for the reply to a probe. */
const PATIENCE_MS = 20;
/** Round trips that a reply, or a new connection with TLS and a login, may take in addition. */
const PATIENCE_ROUND_TRIPS = 4;
/** A connection that is unresponsive for this long may be dead without a signal: a new one is opened beside it. */
const REPLACE_AFTER_MS = 500;
/** After this long without a reply a firewall or NAT may have dropped the connection in silence: a PING goes first. */
const PROBE_AFTER_MS = 1000;
/** A failure this recent explains why an operation got no connection. */
const FAILURE_EXPLAINS_MS = 3000;

export interface PoolLimits {
  /** The highest number of connections. */
  readonly size: number;
  /** Seconds without a command after which a connection is closed; 0 = never. */
  readonly idleTimeout: number;
}

/** A {@link Transport} to one node, or to the current master according to sentinels. */
export class Pool implements Transport {
  readonly isCluster = false;
  readonly resendCount = 0;
  readonly address: string;
  readonly #endpoint: Endpoint;
  readonly #limits: PoolLimits;
  readonly #connections: Connection[] = [];
  readonly #idleTimers = new Map<Connection, NodeJS.Timeout>();
  readonly #waiters = new Waiters<Connection>();
  readonly #opener: Opener;
  #stopWatching: (() => void) | undefined;
  /** True if the last attempt to connect timed out, rather than being refused. */
  #attemptsHang = false;
  /** The shortest round trip of any connection so far, in milliseconds. */
  #roundTrip = Infinity;
  #closed: (() => Error) | undefined;

  constructor(endpoint: Endpoint, limits: PoolLimits) {
    this.address = endpoint.address;
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#opener = new Opener(
      endpoint,
      {
        onOpened: (connection) => this.#add(connection),
        onFailed: (cause, isTimedOut) => this.#failed(cause, isTimedOut),
        isAwaited: () => this.#waiters.size > 0,
      },
      {
        onResponsive: (connection) => this.#offer(connection),
        onEnd: (connection) => this.#remove(connection),
      },
    );
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
    this.#opener.abort(this.#closed());
    this.#waiters.rejectAll(this.#closed);
    this.#watch(false);
    await Promise.all(this.#connections.map((connection) => connection.dispatcher.drained()));
    await Promise.all(this.#connections.map((connection) => connection.disconnect()));
  }

  /** The first connection that is not busy, so that later ones become idle and close; otherwise the least busy one. */
  #pick(): Connection | undefined {
    if (this.#closed) return undefined;
    let least: Connection | undefined;
    for (const connection of this.#connections) {
      const { dispatcher } = connection;
      if (dispatcher.unresponsiveSince !== undefined || !connection.usable) continue;
      if (dispatcher.inFlight === 0 && performance.now() - dispatcher.lastReply > PROBE_AFTER_MS) {
        this.#probe(connection);
        continue;
      }
      if (dispatcher.inFlight <= BUSY) return connection;
      if (!least || dispatcher.inFlight < least.dispatcher.inFlight) least = connection;
    }
    if (least && this.#connections.length < this.#limits.size) {
      if (!this.#opener.failureWithin(GROW_AGAIN_MS)) this.#opener.open();
    }
    return least;
  }

  async #sendWhenOpen(command: Command, deadline: Deadline): Promise<Reply> {
    if (this.#closed) throw this.#closed();
    if (deadline.remaining() === 0) throw tooLate(this.address);
    const connection = await this.#connect(deadline);
    return connection.dispatcher.send(command, deadline);
  }

  /** Waits until a connection opens or an unresponsive one replies: until the deadline, or briefly if Redis is known to hang. */
  #connect(deadline: Deadline): Promise<Connection> {
    const dispatcher = this.#connections.find((connection) => connection.usable)?.dispatcher;
    const since = dispatcher?.unresponsiveSince;
    if (since === undefined || performance.now() - since > REPLACE_AFTER_MS) {
      const failure = this.#opener.failureWithin(FAILURE_COUNTS_MS);
      if (failure) return Promise.reject(unreachable(this.address, failure.cause));
      this.#replace();
    }
    const hangs = this.#attemptsHang || (dispatcher !== undefined && !dispatcher.isProbing);
    const limit = Math.min(deadline.remaining(), hangs ? this.#patience() : Infinity);
    return this.#waiters.wait(limit, () => {
      if (this.#opener.isOpening) this.#attemptsHang = true;
      return unreachable(this.address, this.#whyLate());
    });
  }

  #whyLate(): unknown {
    if (this.#connections.length > 0) return new Error("it does not reply");
    const failure = this.#opener.failureWithin(FAILURE_EXPLAINS_MS);
    return failure?.cause ?? this.#endpoint.explain(new Error("no connection in time"));
  }

  #patience(): number {
    for (const { dispatcher } of this.#connections)
      this.#roundTrip = Math.min(this.#roundTrip, dispatcher.roundTrip);
    const known = Number.isFinite(this.#roundTrip) ? this.#roundTrip : 0;
    return PATIENCE_MS + PATIENCE_ROUND_TRIPS * known;
  }

  /** Sends a PING first, and opens another connection if the reply does not come soon. */
  #probe(connection: Connection): void {
    connection.dispatcher.probe();
    setTimeout(() => {
      if (connection.dispatcher.isProbing && !this.#closed) this.#replace();
    }, this.#patience()).unref();
  }

  #replace(): void {
    if (this.#opener.isPausing) return;
    if (this.#connections.length >= this.#limits.size) void this.#connections[0]?.disconnect();
    this.#opener.open();
  }

  #failed(cause: unknown, isTimedOut: boolean): void {
    this.#attemptsHang = isTimedOut;
    if (this.#connections.length === 0)
      this.#waiters.rejectAll(() => unreachable(this.address, cause));
  }

  #add(connection: Connection): void {
    if (this.#closed) {
      void connection.disconnect();
      return;
    }
    // A connection that stays unresponsive while a new one opens is dead, or so slow that only what it carries already may wait for it.
    for (const old of this.#connections)
      if (old.dispatcher.unresponsiveSince !== undefined) old.leave();
    this.#connections.push(connection);
    this.#watch(true);
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
    if (connection.dispatcher.inFlight === 0 && idle >= timeout) {
      void connection.disconnect();
      return;
    }
    const timer = setTimeout(
      () => this.#closeWhenIdle(connection),
      Math.max(1, timeout - idle),
    ).unref();
    this.#idleTimers.set(connection, timer);
  }

  #remove(connection: Connection): void {
    clearTimeout(this.#idleTimers.get(connection));
    this.#idleTimers.delete(connection);
    const at = this.#connections.indexOf(connection);
    if (at !== -1) this.#connections.splice(at, 1);
    if (this.#connections.length > 0) return;
    this.#watch(false);
    if (this.#waiters.size > 0) this.#opener.open();
  }

  /** Watches for a move of the address as long as there are connections. */
  #watch(wanted: boolean): void {
    if (wanted) {
      this.#stopWatching ??= this.#endpoint.watch?.(() => {
        for (const connection of this.#connections) connection.leave();
      });
    } else {
      this.#stopWatching?.();
      this.#stopWatching = undefined;
    }
  }
}
