// One connection that the store opens itself: an ioredis client that never reconnects and never sends a command twice.
import { Command as ClientCommand, Redis } from "ioredis";
import { concealArguments, isObserved } from "./conceal-arguments.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { ClientOptions, Endpoint } from "./endpoint.ts";
import type { Command, Reply } from "./transport.ts";

export interface ConnectionEvents {
  /** The connection replied again after a time-out or a probe. */
  onResponsive: (connection: Connection) => void;
  /** The connection has ended, and every command on it is settled. */
  onEnd: (connection: Connection) => void;
}

/**
 * No reconnection, no queue and no resending by ioredis: a command that was reported as failed must not run later, and no write may
 * run twice. RESP 2, and no commands after connecting beyond those needed (no CLIENT SETNAME), so that proxies and narrow ACLs suffice.
 */
const OPTIONS: ClientOptions = {
  lazyConnect: true,
  retryStrategy: null,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  enableReadyCheck: false,
  disableClientInfo: true,
  protocol: 2,
  // Milliseconds that a half-closed socket may stay open after disconnect().
  disconnectTimeout: 100,
};

/** Open from its creation until `onEnd`. */
export class Connection {
  readonly dispatcher: Dispatcher;
  readonly #client: Redis;
  readonly #ended: Promise<void>;
  #leaving = false;
  #corked = false;

  private constructor(client: Redis, address: string, events: ConnectionEvents) {
    this.#client = client;
    this.dispatcher = new Dispatcher(address, (command) => this.#call(command), {
      onResponsive: () => events.onResponsive(this),
      onRefusal: ({ code }) => {
        // The master was made a replica. A new connection by its name, or through its sentinels, may reach another node.
        if (code === "READONLY") this.leave();
      },
    });
    this.#ended = new Promise((resolve) => client.once("end", resolve));
    client.once("end", () => events.onEnd(this));
  }

  /** Connects, authenticates, selects the database and waits for a reply to PING. Rejects with the first error, or when aborted. */
  static open(
    endpoint: Endpoint,
    events: ConnectionEvents,
    abort: AbortSignal,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      let client: Redis | undefined;
      let settled = false;
      const settle = (): boolean => {
        if (settled) return false;
        settled = true;
        abort.removeEventListener("abort", onAbort);
        return true;
      };
      const fail = (error: unknown): void => {
        if (!settle()) return;
        client?.disconnect();
        reject(endpoint.explain(error));
      };
      const onAbort = (): void => fail(abort.reason);
      abort.addEventListener("abort", onAbort, { once: true });
      const connect = (options: ClientOptions): void => {
        if (settled) return;
        const opening = new Redis({ ...OPTIONS, ...options });
        client = opening;
        // ioredis gives the reason in an event, and rejects connect() without it. After a failed SELECT it goes on, in database 0.
        opening.on("error", fail);
        const succeed = (): void => {
          if (settle()) resolve(new Connection(opening, endpoint.address, events));
        };
        // A frozen Redis accepts connections: only a reply shows that it works.
        opening
          .connect()
          .then(() => opening.ping())
          .then(succeed, fail);
      };
      endpoint.clientOptions().then(connect, fail);
    });
  }

  /** True if commands can be written to the socket, and should be. */
  get usable(): boolean {
    return !this.#leaving && this.#client.status === "ready" && this.#client.stream.writable;
  }

  /** Ends the connection at once; commands in flight are lost. Resolves when the socket is closed. */
  disconnect(): Promise<void> {
    this.#client.disconnect();
    return this.#ended;
  }

  /** Accepts no more commands, and ends once those in flight are settled. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.dispatcher.drained().then(() => this.disconnect());
  }

  #call(command: Command): Promise<Reply> {
    const { name, args, asking } = isObserved(this.#client) ? concealArguments(command) : command;
    this.#corkUntilEndOfTurn();
    // If ASKING fails, the reply to the command is another redirection, so its error can be ignored.
    if (asking) this.#client.asking().catch(() => undefined);
    return this.#client.sendCommand(
      new ClientCommand(name, [...args], { replyEncoding: null }),
    ) as Promise<Reply>;
  }

  /**
   * Writes all commands of one turn of the event loop with one system call. Without this a request that reads a session costs 1.3 times
   * the CPU, and one that writes a session 1.3 times as well (bench, Node 24).
   */
  #corkUntilEndOfTurn(): void {
    if (this.#corked) return;
    const { stream } = this.#client;
    stream.cork();
    this.#corked = true;
    setImmediate(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}
