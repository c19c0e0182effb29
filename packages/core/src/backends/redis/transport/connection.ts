// One connection that the store opens itself: an ioredis client that never connects again and never sends anything twice.
import { Redis, type RedisOptions } from "ioredis";
import { binaryCommand } from "./binary-command.ts";
import { explainFailure } from "./explain-failure.ts";
import { gatherWrites } from "./gather-writes.ts";
import { Line } from "./command-target.ts";
import type { Command, Reply } from "./transport.ts";

/** ioredis' options, without those that would change the shape of replies. */
export type ClientOptions = Omit<RedisOptions, "replyMapping" | "stringNumbers" | "keyPrefix">;

/** Where to connect, and as whom. */
export interface Endpoint {
  /** For messages. */
  readonly where: string;
  readonly options: ClientOptions;
}

/** What a connection tells the pool it belongs to. */
export interface ConnectionEvents {
  /** It let a command time out (true), or answered again (false). */
  onDoubt: (connection: Connection, suspect: boolean) => void;
  /** It is gone, and every command on it settled. */
  onEnd: (connection: Connection) => void;
}

/**
 * ioredis' own reconnection, queue and resending are off: it may not keep a command that was reported as failed and run it
 * later, nor send a write twice. RESP 2 and no greetings beyond what is needed, so that proxies and narrow ACLs do.
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
  // How long a half-closed socket may linger after disconnect().
  disconnectTimeout: 100,
};

/** Open from the moment it exists until `onEnd`. */
export class Connection {
  readonly line: Line;
  readonly #client: Redis;
  readonly #ended: Promise<void>;
  #leaving = false;

  private constructor(client: Redis, where: string, events: ConnectionEvents) {
    gatherWrites(client.stream);
    this.#client = client;
    this.line = new Line(where, (command) => call(client, command), {
      onDoubt: (suspect) => events.onDoubt(this, suspect),
      onRefusal: ({ code }) => {
        // The master became a replica under us; its name or its sentinels may lead to another node by now.
        if (code === "READONLY") this.#leave();
      },
    });
    this.#ended = new Promise((resolve) => client.once("end", resolve));
    client.once("end", () => events.onEnd(this));
  }

  /** Connects, authenticates and selects the database; rejects with the first thing that went wrong, or when aborted. */
  static open(
    endpoint: Endpoint,
    events: ConnectionEvents,
    abort: AbortSignal,
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const client = new Redis({ ...OPTIONS, ...endpoint.options });
      let opened = false;
      const fail = (error: unknown): void => {
        abort.removeEventListener("abort", onAbort);
        if (!opened) client.disconnect();
        opened = true;
        reject(explainFailure(error, endpoint.options));
      };
      const onAbort = (): void => fail(abort.reason);
      abort.addEventListener("abort", onAbort, { once: true });
      // ioredis tells why in an event, before connect() rejects without a reason; and it goes on after a failed SELECT, on database 0.
      client.on("error", (error: Error) => {
        if (!opened) fail(error);
      });
      const succeed = (): void => {
        if (opened) return;
        opened = true;
        abort.removeEventListener("abort", onAbort);
        resolve(new Connection(client, endpoint.where, events));
      };
      client.connect().then(succeed, fail);
    });
  }

  /** Whether commands can be handed to its socket, and should be. */
  get usable(): boolean {
    return !this.#leaving && this.#client.status === "ready" && this.#client.stream.writable;
  }

  /** Ends it at once; resolves when the socket is closed. Commands in flight are lost. */
  disconnect(): Promise<void> {
    this.#client.disconnect();
    return this.#ended;
  }

  /** Takes no more commands, and ends when those under way are answered. */
  #leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    void this.line.drained().then(() => this.disconnect());
  }
}

function call(client: Redis, { name, args, asking }: Command): Promise<Reply> {
  // Its refusal shows in the reply to the command, which is redirected again.
  if (asking) client.asking().catch(() => undefined);
  return client.sendCommand(binaryCommand(name, args)) as Promise<Reply>;
}
