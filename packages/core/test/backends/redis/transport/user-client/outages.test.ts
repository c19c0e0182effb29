// Clients of the application while Redis is away: their own queues and retries must not affect sessions.
import { setTimeout as delay } from "node:timers/promises";
import { Redis as Redis6 } from "ioredis";
import { Redis as Redis5 } from "ioredis5";
import { createClient as createClient5 } from "redis5";
import { createClient as createClient6 } from "redis6";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../../../../../test/redis/ask.mjs";
import { type RedisProxy, startProxy } from "../../../../../../../test/redis/proxy.ts";
import { freePort, type RedisServer, startRedis } from "../../../../../../../test/redis/server.ts";
import type { Backend } from "../../../../../src/backends/backend.ts";
import { Deadline } from "../../../../../src/backends/deadline.ts";
import { openBackend } from "../../../../../src/backends/open-backend.ts";
import { ConfigError, StoreUnavailableError } from "../../../../../src/errors.ts";
import { withClient } from "../../../../../src/options/connection-options.ts";
import { collect } from "../../../../../src/options/option.ts";

const RECORD = Buffer.from("record");
const soon = () => new Deadline(0.4);
const later = () => new Deadline(20);

type Client = NodeJS.EventEmitter;

const CLIENTS: Record<string, (url: string) => Promise<{ client: Client; end: () => unknown }>> = {
  "ioredis 5": async (url) => {
    const client = new Redis5(url, { retryStrategy: () => 20 });
    return { client, end: () => client.disconnect() };
  },
  "ioredis 6": async (url) => {
    const client = new Redis6(url, { retryStrategy: () => 20 });
    return { client, end: () => client.disconnect() };
  },
  "node-redis 5": (url) => nodeRedis(createClient5({ url, socket: { reconnectStrategy: 20 } })),
  "node-redis 6": (url) => nodeRedis(createClient6({ url, socket: { reconnectStrategy: 20 } })),
};

async function nodeRedis<C extends Client & { connect(): Promise<unknown>; destroy(): void }>(
  client: C,
) {
  // As in the README of connect-redis: not awaited, and without an error listener but the store's.
  client.connect().catch(() => undefined);
  return { client, end: () => client.destroy() };
}

let server: RedisServer;
let proxy: RedisProxy;
const ends: Array<() => unknown> = [];

beforeEach(async () => {
  server = await startRedis();
  proxy = await startProxy(server);
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await proxy.close();
  await server.stop();
});

async function open(library: string, url: string): Promise<{ backend: Backend; client: Client }> {
  const made = await (
    CLIENTS[library] as (url: string) => Promise<{ client: Client; end: () => unknown }>
  )(url);
  ends.unshift(made.end);
  const backend = await openBackend(collect([withClient(made.client)]), {
    keyPrefix: "s_",
    now: () => 0,
  });
  ends.unshift(() => backend.close());
  // The check at the start writes, too.
  await ask(server.port, "CONFIG", "RESETSTAT");
  return { backend, client: made.client };
}

function outcomeOf(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "settled",
    (error: unknown) => (error instanceof StoreUnavailableError ? error.outcome : String(error)),
  );
}

function next(client: Client, event: string): Promise<void> {
  return new Promise((resolve) => client.on(event, () => resolve()));
}

async function calls(command: string): Promise<number> {
  const statistics = await ask(server.port, "INFO", "commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
}

describe.each(Object.keys(CLIENTS))("%s", (library) => {
  it("is waited for while it is still connecting", async () => {
    const port = await freePort();
    const opening = open(library, `redis://127.0.0.1:${port}`);
    const late = await startRedis({ port });
    ends.push(() => late.stop());
    expect((await (await opening).backend.health(later())).ok).toBe(true);
  });

  it("receives no commands while it is away, and works when it is back", async () => {
    const { backend, client } = await open(library, server.url);
    const lost = next(client, library.startsWith("ioredis") ? "close" : "error");
    await server.kill();
    await lost;
    const asked = Array.from({ length: 20 }, (_, index) =>
      outcomeOf(backend.create(`id${index}`, RECORD, 100, later())),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["none"]));
    const ready = next(client, "ready");
    await server.start();
    await ready;
    expect(await backend.create("a", RECORD, 100, later())).toBe(true);
    expect(await calls("set")).toBe(1);
  });

  it("settles every operation by its deadline while Redis is frozen, and works afterwards", async () => {
    const { backend } = await open(library, server.url);
    // Redis learns the script, which takes a second command.
    await backend.create("first", RECORD, 100, later());
    server.pause();
    expect(await outcomeOf(backend.create("a", RECORD, 100, soon()))).toBe("unknown");
    for (let index = 0; index < 5; index++) {
      expect(await outcomeOf(backend.create("b", RECORD, 100, soon()))).toBe("none");
    }
    server.resume();
    // Redis replies again as soon as the machine schedules it.
    await ask(server.port, "PING");
    expect((await backend.get("a", later())).record).toEqual(RECORD);
    expect((await backend.get("b", later())).record).toBeUndefined();
    expect(await calls("set")).toBe(2);
  });

  it("never makes a write that it sent twice look refused", async () => {
    const { backend } = await open(library, proxy.url);
    // Redis learns the script, which takes a second command.
    await backend.create("first", RECORD, 100, later());
    proxy.blockReplies();
    const arrived = proxy.nextBlockedReply();
    const create = outcomeOf(backend.create("a", RECORD, 100, later()));
    await arrived;
    proxy.cut();
    proxy.unblockReplies();
    expect(await create).toBe("unknown");
    expect(await ask(server.port, "EXISTS", "s_a")).toContain(":1");
  });

  it("reconnects if its master was demoted, and works again", async () => {
    const { backend } = await open(library, proxy.url);
    await ask(server.port, "REPLICAOF", "127.0.0.1", "1");
    await expect(backend.create("a", RECORD, 100, later())).rejects.toThrow(
      /READONLY.*reconnectOnError/,
    );
    await ask(server.port, "REPLICAOF", "NO", "ONE");
    while (proxy.accepted < 2) await delay(5);
    while ((await outcomeOf(backend.create("b", RECORD, 100, later()))) !== "settled")
      await delay(5);
    expect(proxy.accepted).toBe(2);
  });

  it("is refused and left alone if it is connected to a replica at the start", async () => {
    await ask(server.port, "REPLICAOF", "127.0.0.1", "1");
    await expect(open(library, proxy.url)).rejects.toThrow(ConfigError);
    await delay(300); // Longer than a client pauses before it reconnects.
    expect(proxy.accepted).toBe(1);
  });

  it("is refused at once if its password is wrong", async () => {
    await ask(server.port, "CONFIG", "SET", "requirepass", "geheim");
    const wrong = `redis://:falsch@127.0.0.1:${server.port}`;
    const began = performance.now();
    await expect(open(library, wrong)).rejects.toThrow(ConfigError);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it("stays open when the store closes, which leaves only an error listener", async () => {
    const { backend, client } = await open(library, server.url);
    await backend.close();
    expect(client.listenerCount("error")).toBeGreaterThan(0);
    const others = ["ready", "close", "reconnecting"].map((event) => client.listenerCount(event));
    expect(others).toEqual([0, 0, 0]);
    const again = await openBackend(collect([withClient(client)]), {
      keyPrefix: "s_",
      now: () => 0,
    });
    expect(await again.create("a", RECORD, 100, later())).toBe(true);
    await again.close();
  });
});
