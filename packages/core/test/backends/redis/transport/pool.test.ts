// The number of connections: more under load, none when idle.
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RedisProxy, startProxy } from "../../../../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../../../../test/redis/server.ts";
import { Deadline } from "../../../../src/backends/deadline.ts";
import { tcpEndpoint } from "../../../../src/backends/redis/transport/endpoint.ts";
import type { Command } from "../../../../src/backends/redis/transport/transport.ts";
import { Pool } from "../../../../src/backends/redis/transport/pool.ts";

const PING: Command = { name: "ping", args: [], write: false };
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

function open(limits: { size?: number; idleTimeout?: number }): Pool {
  const pool = new Pool(tcpEndpoint({ host: "127.0.0.1", port: proxy.port }, {}), {
    size: 10,
    idleTimeout: 240,
    ...limits,
  });
  pools.push(pool);
  return pool;
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
