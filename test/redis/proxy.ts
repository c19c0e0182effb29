// A TCP proxy between a client and its Redis that can hold back, delay or cut what passes: for late and lost replies.
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

interface Line {
  client: Socket;
  redis: Socket;
  abandoned: boolean;
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
      const line = { client, redis: connect(target.port, target.host), abandoned: false };
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
    const send = () => void line.client.write(bytes);
    if (this.#held) {
      this.#held.replies.push(send);
      for (const arrived of this.#held.arrived.splice(0)) arrived();
    } else if (this.#delay > 0) {
      void delay(this.#delay).then(send);
    } else {
      send();
    }
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
