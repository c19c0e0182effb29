// The number of connections: more under load, none when idle.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask } from "../../../../../../test/redis/ask.mjs";
import { type RedisProxy, startProxy } from "../../../../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../../../../test/redis/server.ts";
import { Deadline } from "../../../../src/backends/deadline.ts";
import { type Endpoint, tcpEndpoint } from "../../../../src/backends/redis/transport/endpoint.ts";
import type { Command } from "../../../../src/backends/redis/transport/transport.ts";
import { Pool } from "../../../../src/backends/redis/transport/pool.ts";

const PING: Command = { name: "ping", args: [], write: false };
const ECHO: Command = { name: "echo", args: ["text"], write: false };
const later = () => new Deadline(20);

let server: RedisServer;
let proxy: RedisProxy;
const pools: Pool[] = [];

beforeEach(async () => {
  server = await startRedis();
  proxy = await startProxy(server);
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
  await proxy.close();
  await server.stop();
});

function open(limits: { size?: number; idleTimeout?: number }, endpoint = viaProxy()): Pool {
  const pool = new Pool(endpoint, { size: 10, idleTimeout: 240, ...limits });
  pools.push(pool);
  return pool;
}

function viaProxy(): Endpoint {
  return tcpEndpoint({ host: "127.0.0.1", port: proxy.port }, {});
}

/** Sends this many commands while Redis is paused, and then lets Redis reply. */
async function burst(pool: Pool, commands: number): Promise<void> {
  server.pause();
  const sent = Array.from({ length: commands }, () => pool.send(PING, later()));
  server.resume();
  await Promise.all(sent);
}

it("opens no connection before the first command", () => {
  open({});
  expect(proxy.accepted).toBe(0);
});

it("sends many commands over one connection", async () => {
  const pool = open({});
  await pool.send(PING, later());
  await burst(pool, 60);
  expect(proxy.accepted).toBe(1);
});

it("opens a second connection when the first has more than 64 commands in flight", async () => {
  const pool = open({});
  await pool.send(PING, later());
  await burst(pool, 64);
  expect(proxy.accepted).toBe(1);
  await burst(pool, 200);
  expect(proxy.accepted).toBe(2);
});

it("never exceeds the pool size", async () => {
  const pool = open({ size: 2 });
  await pool.send(PING, later());
  for (let index = 0; index < 5; index++) await burst(pool, 500);
  expect(proxy.accepted).toBe(2);
});

it("closes an idle connection, also the last one, and opens another for the next command", async () => {
  const pool = open({ idleTimeout: 0.02 });
  await pool.send(PING, later());
  expect(proxy.accepted).toBe(1);
  await proxy.quiet();
  await pool.send(PING, later());
  expect(proxy.accepted).toBe(2);
});

it("does not treat a connection with a command in flight as idle", async () => {
  const pool = open({ idleTimeout: 0.02 });
  await pool.send(PING, later());
  proxy.delayReplies(200);
  await pool.send(PING, later());
  expect(proxy.accepted).toBe(1);
});

it("keeps no timer for a connection that has ended", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  const cleared = vi.spyOn(globalThis, "clearTimeout");
  const pool = open({});
  await pool.send(PING, later());
  const index = timers.mock.calls.findIndex(([, milliseconds]) => (milliseconds ?? 0) > 200_000);
  const timer = timers.mock.results[index]?.value as NodeJS.Timeout;
  proxy.cut();
  await pool.send(PING, later()).catch(() => undefined);
  expect(cleared.mock.calls.map(([each]) => each)).toContain(timer);
  vi.restoreAllMocks();
});

describe("a connection that had no reply for a second", () => {
  it("is probed by a PING, and carries the command if Redis replies", async () => {
    const pool = open({});
    await pool.send(ECHO, later());
    await delay(1100);
    await ask(server.port, "CONFIG", "RESETSTAT");
    await Promise.all([pool.send(ECHO, later()), pool.send(ECHO, later())]);
    await pool.send(ECHO, later());
    expect(proxy.accepted).toBe(1);
    expect(await ask(server.port, "INFO", "commandstats")).toMatch(/cmdstat_ping:calls=1,/);
  });

  it("is replaced at once if the network dropped it in silence", async () => {
    const pool = open({});
    await pool.send(ECHO, later());
    await delay(1100);
    proxy.abandon();
    const began = performance.now();
    await Promise.all([pool.send(ECHO, later()), pool.send(ECHO, later())]);
    expect(performance.now() - began).toBeLessThan(500);
    expect(proxy.accepted).toBe(2);
    expect(proxy.connections).toBe(1);
  });
});

it("replaces a connection that the network dropped in silence once a command has timed out, and leaves others on it their time", async () => {
  const pool = open({});
  await pool.send(ECHO, later());
  proxy.abandon();
  const first = pool.send(ECHO, new Deadline(0.6));
  const second = pool.send(ECHO, new Deadline(1.2));
  const reason = second.catch((error: unknown) => String(error));
  await expect(first).rejects.toThrow(/did not reply in time/);
  await pool.send(ECHO, later());
  expect(proxy.accepted).toBe(2);
  expect(await reason).toMatch(/did not reply in time/);
});

describe("while an attempt to connect hangs", () => {
  let silent: Server;
  beforeEach(async () => {
    silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
  });
  afterEach(() => {
    silent.close();
  });

  it("another one is made, and serves the command", async () => {
    let attempts = 0;
    const { port } = silent.address() as AddressInfo;
    const pool = open(
      {},
      {
        ...viaProxy(),
        clientOptions: async () => ({ port: attempts++ === 0 ? port : proxy.port }),
      },
    );
    const began = performance.now();
    await pool.send(ECHO, later());
    expect(performance.now() - began).toBeLessThan(1000);
    expect(attempts).toBe(2);
  });
});

it("fails soon while Redis is silent, also if its first connection was slow to open", async () => {
  const fast = viaProxy();
  let isFirst = true;
  const slow: Endpoint = {
    ...fast,
    clientOptions: async () => {
      if (isFirst) await delay(600);
      isFirst = false;
      return fast.clientOptions();
    },
  };
  const pool = open({}, slow);
  await pool.send(ECHO, later());
  server.pause();
  await expect(pool.send(ECHO, new Deadline(0.3))).rejects.toThrow(/did not reply in time/);
  const began = performance.now();
  await expect(pool.send(ECHO, later())).rejects.toThrow(/cannot be reached: it does not reply/);
  expect(performance.now() - began).toBeLessThan(300);
  server.resume();
});
