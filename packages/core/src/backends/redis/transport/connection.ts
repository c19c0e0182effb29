// One connection that the store opens itself: an ioredis client that never reconnects and never sends a command twice.
import { Redis, type RedisOptions } from "ioredis";
import { Dispatcher } from "./dispatcher.ts";
import { explainFailure } from "./explain-failure.ts";
import type { Command, Reply } from "./transport.ts";

/** The options of ioredis, without those that would change the form of replies or the keys. */
export type ClientOptions = Omit<RedisOptions, "replyMapping" | "stringNumbers" | "keyPrefix">;

/** Where to connect, and how to log in. */
export interface Endpoint {
  /** For messages. */
  readonly address: string;
  readonly options: ClientOptions;
}

export interface ConnectionEvents {
  /** The connection replied again after a time-out. */
  onResponsive: (connection: Connection) => void;
  /** The connection has ended, and every command on it is settled. */
  onEnd: (connection: Connection) => void;
}

/**
 * No reconnection, no queue and no resending by ioredis: a command that was reported as failed must not run later, and no write may
 * run twice. RESP 2, and no commands after connecting beyond those needed, so that proxies and narrow ACLs suffice.
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
  connectionName: "redistore",
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
        if (code === "READONLY") this.#leave();
      },
    });
    this.#ended = new Promise((resolve) => client.once("end", resolve));
    client.once("end", () => events.onEnd(this));
  }

  /** Connects, authenticates and selects the database. Rejects with the first error, or when aborted. */
  static open(
    endpoint: Endpoint,
    events: ConnectionEvents,
    abort: AbortSignal,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const client = new Redis({ ...OPTIONS, ...endpoint.options });
      let settled = false;
      const fail = (error: unknown): void => {
        abort.removeEventListener("abort", onAbort);
        if (!settled) client.disconnect();
        settled = true;
        reject(explainFailure(error, endpoint.options));
      };
      const onAbort = (): void => fail(abort.reason);
      abort.addEventListener("abort", onAbort, { once: true });
      // ioredis gives the reason in an event, and rejects connect() without it. After a failed SELECT it goes on, in database 0.
      client.on("error", (error: Error) => {
        if (!settled) fail(error);
      });
      const succeed = (): void => {
        if (settled) return;
        settled = true;
        abort.removeEventListener("abort", onAbort);
        resolve(new Connection(client, endpoint.address, events));
      };
      client.connect().then(succeed, fail);
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
  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.dispatcher.drained().then(() => this.disconnect());
  }

  #call({ name, args, asking }: Command): Promise<Reply> {
    this.#corkUntilEndOfTurn();
    // If ASKING fails, the reply to the command is another redirection, so its error can be ignored.
    if (asking) this.#client.asking().catch(() => undefined);
    return this.#client.callBuffer(name, [...args]) as Promise<Reply>;
  }

  /** Writes all commands of one turn of the event loop with one system call, which costs more than a command. */
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
