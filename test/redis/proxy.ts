// A TCP proxy between a client and its Redis that can hold back, delay or cut what passes: for late and lost replies.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

interface Line {
  client: Socket;
  redis: Socket;
  abandoned: boolean;
  /** Replies that are delayed, and when the last of them has gone: replies keep their order, as on any connection. */
  delayed: number;
  lastSent: Promise<unknown>;
}

/** Forwards to one Redis until told otherwise. Each switch holds for all connections, also for those to come. */
export class RedisProxy {
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #held: { replies: Array<() => void>; arrived: Array<() => void> } | undefined;
  #delay = 0;
  readonly #quiet: Array<() => void> = [];
  /** Connections accepted so far. */
  accepted = 0;

  constructor(target: { port: number; host: string }) {
    this.#server = createServer((client) => {
      this.accepted++;
      const redis = connect(target.port, target.host);
      const line = { client, redis, abandoned: false, delayed: 0, lastSent: Promise.resolve() };
      this.#lines.add(line);
      client.on("data", (bytes) => {
        if (!line.abandoned) line.redis.write(bytes);
      });
      line.redis.on("data", (bytes) => this.#reply(line, bytes));
      for (const end of [client, line.redis]) {
        end.on("error", () => this.#cut(line));
        end.on("close", () => this.#cut(line));
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
    return this.#lines.size;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  /** From now on replies wait here: the command is done, and its client does not learn of it. */
  holdReplies(): void {
    this.#held ??= { replies: [], arrived: [] };
  }

  /** Resolves when the next reply has come from Redis and is held: the proof that the command was carried out. */
  nextHeldReply(): Promise<void> {
    return new Promise((resolve) => this.#held?.arrived.push(resolve));
  }

  /** Lets the held replies go, late, and holds no more. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const send of held?.replies ?? []) send();
  }

  /** Every reply takes this much longer. */
  delayReplies(milliseconds: number): void {
    this.#delay = milliseconds;
  }

  /** Nothing passes any more on the connections that are open now, as after a network partition; new ones are not touched. */
  abandon(): void {
    for (const line of this.#lines) line.abandoned = true;
  }

  /** Breaks all connections now; held replies are lost. New ones are accepted. */
  cut(): void {
    for (const line of this.#lines) this.#cut(line);
    if (this.#held) this.#held.replies = [];
  }

  /** Resolves when no connection is open. */
  quiet(): Promise<void> {
    return this.#lines.size === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#quiet.push(resolve));
  }

  /** Ends the proxy and all its connections. */
  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #reply(line: Line, bytes: Buffer): void {
    if (line.abandoned) return;
    if (!this.#held) return this.#forward(line, bytes, this.#delay);
    this.#held.replies.push(() => this.#forward(line, bytes, 0));
    for (const arrived of this.#held.arrived.splice(0)) arrived();
  }

  #forward(line: Line, bytes: Buffer, milliseconds: number): void {
    if (milliseconds === 0 && line.delayed === 0) line.client.write(bytes);
    else line.lastSent = this.#forwardLater(line, bytes, milliseconds);
  }

  async #forwardLater(line: Line, bytes: Buffer, milliseconds: number): Promise<void> {
    line.delayed++;
    await Promise.all([line.lastSent, delay(milliseconds)]);
    line.delayed--;
    line.client.write(bytes);
  }

  #cut(line: Line): void {
    this.#lines.delete(line);
    line.client.destroy();
    line.redis.destroy();
    if (this.#lines.size === 0) for (const resolve of this.#quiet.splice(0)) resolve();
  }
}

/** A proxy on a free port, listening. */
export async function startProxy(target: { port: number; host: string }): Promise<RedisProxy> {
  const proxy = new RedisProxy(target);
  await proxy.listen();
  return proxy;
}
