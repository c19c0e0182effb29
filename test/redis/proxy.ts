// A TCP proxy between a client and Redis that can block or delay replies and cut connections.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

interface ProxiedConnection {
  client: Socket;
  redis: Socket;
  abandoned: boolean;
  /** The number of delayed replies. */
  delayed: number;
  /** Resolves when the last delayed reply is sent: later replies wait for it, to keep their order. */
  lastSent: Promise<unknown>;
}

/** Forwards to one Redis. Replies are blocked and delayed on all connections, including later ones. */
export class RedisProxy {
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  #blocked: { replies: Array<() => void>; arrived: Array<() => void> } | undefined;
  #delay = 0;
  readonly #quiet: Array<() => void> = [];
  /** Connections accepted so far. */
  accepted = 0;

  constructor(target: { port: number; host: string }) {
    this.#server = createServer((client) => {
      this.accepted++;
      const redis = connect(target.port, target.host);
      const connection = {
        client,
        redis,
        abandoned: false,
        delayed: 0,
        lastSent: Promise.resolve(),
      };
      this.#connections.add(connection);
      client.on("data", (bytes) => {
        if (!connection.abandoned) connection.redis.write(bytes);
      });
      connection.redis.on("data", (bytes) => this.#reply(connection, bytes));
      for (const end of [client, connection.redis]) {
        end.on("error", () => this.#cut(connection));
        end.on("close", () => this.#cut(connection));
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Open connections. */
  get connections(): number {
    return this.#connections.size;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  /** Blocks all replies from now on: Redis runs the command, but the client gets no reply. */
  blockReplies(): void {
    this.#blocked ??= { replies: [], arrived: [] };
  }

  /** Resolves when the next reply has arrived from Redis and is blocked. This proves that Redis ran the command. */
  nextBlockedReply(): Promise<void> {
    return new Promise((resolve) => this.#blocked?.arrived.push(resolve));
  }

  /** Sends the replies blocked so far, and forwards later replies at once. */
  unblockReplies(): void {
    const blocked = this.#blocked;
    this.#blocked = undefined;
    for (const send of blocked?.replies ?? []) send();
  }

  /** Delays every later reply by this time. */
  delayReplies(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** Forwards nothing more on the open connections, as after a network partition. New connections work. */
  abandon(): void {
    for (const connection of this.#connections) connection.abandoned = true;
  }

  /** Closes all connections. Blocked replies are lost. New connections are accepted. */
  cut(): void {
    for (const connection of this.#connections) this.#cut(connection);
    if (this.#blocked) this.#blocked.replies = [];
  }

  /** Resolves when no connection is open. */
  quiet(): Promise<void> {
    return this.#connections.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#quiet.push(resolve));
  }

  /** Closes the proxy and all its connections. */
  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #reply(connection: ProxiedConnection, bytes: Buffer): void {
    if (connection.abandoned) return;
    if (!this.#blocked) return this.#forward(connection, bytes, this.#delay);
    this.#blocked.replies.push(() => this.#forward(connection, bytes, 0));
    for (const arrived of this.#blocked.arrived.splice(0)) arrived();
  }

  #forward(connection: ProxiedConnection, bytes: Buffer, milliseconds: number): void {
    if (milliseconds === 0 && connection.delayed === 0) connection.client.write(bytes);
    else connection.lastSent = this.#forwardLater(connection, bytes, milliseconds);
  }

  async #forwardLater(
    connection: ProxiedConnection,
    bytes: Buffer,
    milliseconds: number,
  ): Promise<void> {
    connection.delayed++;
    await Promise.all([connection.lastSent, delay(milliseconds)]);
    connection.delayed--;
    connection.client.write(bytes);
  }

  #cut(connection: ProxiedConnection): void {
    this.#connections.delete(connection);
    connection.client.destroy();
    connection.redis.destroy();
    if (this.#connections.size === 0) for (const resolve of this.#quiet.splice(0)) resolve();
  }
}

/** Starts a proxy on a free port. */
export async function startProxy(target: { port: number; host: string }): Promise<RedisProxy> {
  const proxy = new RedisProxy(target);
  await proxy.listen();
  return proxy;
}
