// What becomes of operations that Redis itself refuses: nothing is written, and the error says what to do.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../../../test/redis/ask.mjs";
import { type RedisServer, startRedis } from "../../../../../test/redis/server.ts";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { RedisBackend } from "../../../src/backends/redis/redis-backend.ts";
import { tcpEndpoint } from "../../../src/backends/redis/transport/endpoint.ts";
import { Pool } from "../../../src/backends/redis/transport/pool.ts";
import { ConfigError } from "../../../src/errors.ts";
import { withAuth, withConnectTimeout } from "../../../src/options/connection-details.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../../src/options/option.ts";

const ID = "an-id-that-is-secret";
const ENDING = { told: true, owned: false };
const RECORD = Buffer.from("data-that-is-secret");
const later = () => new Deadline(20);

let server: RedisServer;
const backends: Backend[] = [];
beforeEach(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
  await server.stop();
});

async function open(...options: StoreOption[]): Promise<Backend> {
  const settings = collect([withURL(server.url), ...options]);
  const backend = await openBackend(settings, { keyPrefix: "s_", now: () => 0 });
  backends.push(backend);
  return backend;
}

const redis = (...command: string[]) => ask(server.port, ...command);

/** Redis' number for the store's connection, which sent a script last. */
async function connection(): Promise<string | undefined> {
  return /^.*?id=(\d+).* cmd=eval/m.exec(await redis("CLIENT", "LIST"))?.[1];
}

/** What an operation rejects with; everything that could be logged of it is free of secrets. */
async function refusal(operation: Promise<unknown>): Promise<Error> {
  const error: unknown = await operation.then(
    () => new Error("It was not refused."),
    (reason: unknown) => reason,
  );
  for (let each = error; each instanceof Error; each = each.cause) {
    const told = `${each.stack} ${JSON.stringify(each, Object.getOwnPropertyNames(each))}`;
    expect(told).not.toContain("secret");
  }
  return error as Error;
}

function writes(backend: Backend): Array<Promise<unknown>> {
  return [
    backend.create(ID, RECORD, 100, later()),
    backend.replace(ID, undefined, RECORD, 100, later()),
    backend.retire(ID, RECORD, { ...ENDING, kind: "login", to: ID, grace: 0 }, 100, later()),
    backend.delete(ID, ENDING, 100, later()),
  ];
}

const UNAVAILABLE = { code: "ERR_REDISTORE_UNAVAILABLE", status: 503, outcome: "none" };

describe("a refused write", () => {
  it("OOM: names the memory limit", async () => {
    const backend = await open();
    await redis("CONFIG", "SET", "maxmemory", "1");
    const error = await refusal(backend.create(ID, RECORD, 100, later()));
    expect(error).toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringMatching(/OOM.*maxmemory/),
    });
    await redis("CONFIG", "SET", "maxmemory", "0");
    await backend.create(ID, RECORD, 100, later());
    await redis("CONFIG", "SET", "maxmemory", "1");
    const inScript = await refusal(backend.replace(ID, RECORD, Buffer.from("next"), 100, later()));
    expect(inScript).toMatchObject({ ...UNAVAILABLE, message: expect.stringMatching(/OOM/) });
    expect((await backend.get(ID, later())).record).toEqual(RECORD);
  });

  it("OOM: does not keep a session from being ended", async () => {
    const backend = await open();
    await backend.create(ID, RECORD, 100, later());
    await redis("CONFIG", "SET", "maxmemory", "1");
    expect((await backend.delete(ID, ENDING, 100, later())).deleted).toBe(true);
    expect(await backend.get(ID, later())).toMatchObject({
      record: undefined,
      tombstone: { kind: "ended", ...ENDING },
    });
  });

  it("OOM: keeps no process from starting, where sessions can be read and ended, and health() still reports it", async () => {
    await (await open()).create(ID, RECORD, 100, later());
    await redis("CONFIG", "SET", "maxmemory", "1");
    // As after a restart of Redis: the texts of the scripts have to be sent again.
    await redis("SCRIPT", "FLUSH");
    const backend = await open(withConnectTimeout(1));
    expect((await backend.get(ID, later())).record).toEqual(RECORD);
    expect((await backend.delete(ID, ENDING, 100, later())).deleted).toBe(true);
    expect(await backend.health(later())).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/OOM.*maxmemory/) },
    });
  });

  it("READONLY: names the replica, and the next command takes a new connection, which may lead to the new master", async () => {
    const backend = await open();
    await backend.create(ID, RECORD, 100, later());
    const before = await connection();
    await redis("REPLICAOF", "127.0.0.1", "1");
    const error = await refusal(backend.delete(ID, ENDING, 100, later()));
    expect(error).toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringMatching(/READONLY.*replica/),
    });
    await redis("REPLICAOF", "NO", "ONE");
    expect((await backend.delete(ID, ENDING, 100, later())).deleted).toBe(true);
    expect(await connection()).not.toBe(before);
  });

  it("NOREPLICAS: names the setting", async () => {
    const backend = await open();
    await redis("CONFIG", "SET", "min-replicas-to-write", "1");
    const error = await refusal(backend.create(ID, RECORD, 100, later()));
    expect(error).toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringMatching(/min-replicas-to-write/),
    });
  });

  it("BUSY: names the script of another program", async () => {
    const backend = await open();
    await redis("CONFIG", "SET", "busy-reply-threshold", "1");
    const loop = redis("EVAL", "while true do end", "0").catch(() => "killed");
    let error = await refusal(backend.get(ID, later()));
    while (!/BUSY/.test(error.message)) error = await refusal(backend.get(ID, later()));
    expect(error).toMatchObject({ ...UNAVAILABLE, message: expect.stringMatching(/SCRIPT KILL/) });
    await redis("SCRIPT", "KILL");
    expect(await loop).toBe("killed");
  });

  it("NOPERM: names the permissions", async () => {
    await redis("ACL", "SETUSER", "reader", "on", ">pass", "~*", "+@all");
    const backend = await open(withAuth("reader", "pass"));
    await redis("ACL", "SETUSER", "reader", "-@all", "+mget", "+ping");
    expect(await backend.get(ID, later())).toEqual({ record: undefined, tombstone: undefined });
    for (const write of writes(backend)) {
      expect(await refusal(write)).toMatchObject({
        ...UNAVAILABLE,
        message: expect.stringMatching(/NOPERM.*ACL SETUSER .*\+set .*~s_\* ~\{s_\*\}~/),
      });
    }
  });

  it("an unknown command: does not repeat its arguments", async () => {
    await server.stop();
    server = await startRedis({
      args: ["--rename-command", "EVALSHA", "", "--rename-command", "SET", ""],
    });
    expect(await refusal(open())).toBeInstanceOf(ConfigError);
    // Without the check at the start:
    const { host, port } = server;
    const transport = new Pool(tcpEndpoint({ host, port }, {}), { size: 1, idleTimeout: 0 });
    const backend = new RedisBackend(transport, { keyPrefix: "s_" });
    backends.push(backend);
    for (const write of writes(backend)) {
      expect(await refusal(write)).toMatchObject({
        ...UNAVAILABLE,
        message: expect.stringMatching(/unknown command/i),
      });
    }
  });
});

describe("a key whose value is no string", () => {
  it("reads as no session, and a write names the prefix that two programs use", async () => {
    const backend = await open();
    await redis("RPUSH", `s_${ID}`, "an element");
    expect((await backend.get(ID, later())).record).toBeUndefined();
    const error = await refusal(backend.replace(ID, undefined, RECORD, 100, later()));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/prefix "s_".*withKeyPrefix/);
  });
});
