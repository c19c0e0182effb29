// Operations while Redis crashes, freezes, or replies late or never: each settles, and reports truly what it did.
import { setImmediate as immediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../../../test/redis/ask.mjs";
import { type RedisProxy, startProxy } from "../../../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../../../test/redis/server.ts";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";

const ENDING = { told: true, owned: false };
const RECORD = Buffer.from("record");
const NEXT = Buffer.from("next");

/** Short enough that a test is quick, long enough for a busy machine. */
const soon = () => new Deadline(0.4);
const later = () => new Deadline(20);

/** "none" or "unknown" where an operation found the store unavailable, "settled" where it was done. */
function outcomeOf(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "settled",
    (error: unknown) => (error instanceof StoreUnavailableError ? error.outcome : String(error)),
  );
}

/** Repeats what fails until it works, as requests would come in one after the other. */
async function untilItWorks(operation: () => Promise<unknown>): Promise<void> {
  const limit = new Deadline(20);
  while ((await outcomeOf(operation())) !== "settled") {
    if (limit.remaining() === 0) throw new Error("It never worked again.");
  }
}

let server: RedisServer;
let proxy: RedisProxy;
const backends: Backend[] = [];

async function open(url: string): Promise<Backend> {
  const backend = await openBackend(collect([withURL(url)]), { keyPrefix: "s_", now: () => 0 });
  backends.push(backend);
  // The check at the start writes, too.
  await ask(server.port, "CONFIG", "RESETSTAT");
  return backend;
}

/** Resolves when Redis replies again, as soon as the machine schedules it. */
async function thaw(): Promise<void> {
  server.resume();
  await ask(server.port, "PING");
}

/** How often Redis has carried out a command. */
async function calls(command: string): Promise<number> {
  const statistics = await ask(server.port, "INFO", "commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(statistics)?.[1] ?? 0);
}

beforeEach(async () => {
  server = await startRedis();
  proxy = await startProxy(server);
});
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
  await proxy.close();
  await server.stop();
});

describe("a Redis that crashes", () => {
  it("ends what is under way: reads did nothing, writes may have been done", async () => {
    const backend = await open(server.url);
    server.pause();
    const read = outcomeOf(backend.get("a", later()));
    const writes = [
      outcomeOf(backend.create("a", RECORD, 100, later())),
      outcomeOf(backend.replace("a", RECORD, NEXT, 100, later())),
      outcomeOf(backend.delete("a", ENDING, 100, later())),
      outcomeOf(backend.touch("a", 100, later())),
    ];
    await server.kill();
    expect(await read).toBe("none");
    expect(await Promise.all(writes)).toEqual(["unknown", "unknown", "unknown", "unknown"]);
  });

  it("fails every operation without doing anything until it is back, and none after", async () => {
    const backend = await open(server.url);
    await server.kill();
    for (let index = 0; index < 50; index++) {
      expect(await outcomeOf(backend.create("a", RECORD, 100, later()))).toBe("none");
      await expect(backend.get("a", later())).rejects.toThrow(/cannot be reached.*ECONNREFUSED/);
    }
    await server.start();
    expect(await backend.create("a", RECORD, 100, later())).toBe(true);
  });

  it("gets its scripts again after a restart, without an error", async () => {
    const backend = await open(server.url);
    await backend.create("a", RECORD, 100, later());
    await backend.replace("a", RECORD, NEXT, 100, later());
    await server.restart();
    await backend.create("a", RECORD, 100, later());
    expect(await backend.replace("a", RECORD, NEXT, 100, later())).toEqual({ outcome: "done" });
    await ask(server.port, "SCRIPT", "FLUSH");
    expect(await backend.replace("a", NEXT, RECORD, 100, later())).toEqual({ outcome: "done" });
  });

  it("tries to connect once for all that ask at the same time", async () => {
    const backend = await open(proxy.url);
    await server.kill();
    proxy.cut();
    const before = proxy.accepted;
    const asked = Array.from({ length: 200 }, () => outcomeOf(backend.get("a", later())));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["none"]));
    expect(proxy.accepted - before).toBe(1);
  });
});

describe("a Redis that freezes", () => {
  it("ends every operation by its deadline, and serves the first one after it thaws", async () => {
    const backend = await open(server.url);
    await backend.create("a", RECORD, 100, later());
    server.pause();
    expect(await outcomeOf(backend.get("a", soon()))).toBe("none");
    for (let index = 0; index < 5; index++)
      expect(await outcomeOf(backend.get("a", soon()))).toBe("none");
    await thaw();
    expect((await backend.get("a", later())).record).toEqual(RECORD);
  });

  it("does not hear twice of a write that timed out, and nothing of those after it", async () => {
    const backend = await open(server.url);
    // Redis learns the script, which takes a second command.
    await backend.create("first", RECORD, 100, later());
    server.pause();
    expect(await outcomeOf(backend.create("a", RECORD, 100, soon()))).toBe("unknown");
    expect(await outcomeOf(backend.create("b", RECORD, 100, soon()))).toBe("none");
    await thaw();
    expect((await backend.get("a", later())).record).toEqual(RECORD);
    expect((await backend.get("b", later())).record).toBeUndefined();
    expect(await calls("set")).toBe(2);
  });

  it("does not keep operations waiting that have no connection yet", async () => {
    const backend = await open(proxy.url);
    server.pause();
    proxy.cut();
    // It learns of the cut by this one.
    expect(await outcomeOf(backend.get("a", later()))).toBe("none");
    const asked = Array.from({ length: 20 }, () =>
      outcomeOf(backend.create("a", RECORD, 100, soon())),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set(["none"]));
    expect(await outcomeOf(backend.get("a", later()))).toBe("none");
    server.resume();
    await untilItWorks(() => backend.get("a", later()));
    expect(await calls("set")).toBe(0);
  });
});

describe("replies that come late or never", () => {
  it("leave a write unknown; a late reply makes the same connection good again", async () => {
    const backend = await open(proxy.url);
    // Redis learns the script, which takes a second command.
    await backend.create("first", RECORD, 100, later());
    proxy.blockReplies();
    const arrived = proxy.nextBlockedReply();
    expect(await outcomeOf(backend.create("a", RECORD, 100, soon()))).toBe("unknown");
    await arrived;
    expect(await outcomeOf(backend.get("a", soon()))).toBe("none");
    proxy.unblockReplies();
    await untilItWorks(() => backend.get("a", later()));
    expect(proxy.accepted).toBe(1);
    expect(await calls("set")).toBe(2);
  });

  it("leave a write unknown that was done, when the connection breaks; it is not sent again", async () => {
    const backend = await open(proxy.url);
    // Redis learns the script, which takes a second command.
    await backend.create("first", RECORD, 100, later());
    proxy.blockReplies();
    const arrived = proxy.nextBlockedReply();
    const create = outcomeOf(backend.create("a", RECORD, 100, later()));
    await arrived;
    proxy.cut();
    expect(await create).toBe("unknown");
    proxy.unblockReplies();
    expect((await backend.get("a", later())).record).toEqual(RECORD);
    expect(await calls("set")).toBe(2);
  });

  it("make way for a new connection where the old one stays dead", async () => {
    const backend = await open(proxy.url);
    proxy.abandon();
    expect(await outcomeOf(backend.get("a", soon()))).toBe("none");
    await untilItWorks(() => backend.get("a", later()));
    expect(proxy.accepted).toBe(2);
    expect(proxy.connections).toBe(1);
  });

  it("are not those that lie here unread while this process is busy itself", async () => {
    const backend = await open(server.url);
    await backend.create("a", NEXT, 100, later());
    await backend.replace("a", NEXT, RECORD, 100, later());
    const read = backend.get("a", soon());
    const replace = backend.replace("a", RECORD, NEXT, 100, soon());
    await immediate();
    for (const busy = new Deadline(1); busy.remaining() > 0;);
    expect((await read).record).toEqual(RECORD);
    expect(await replace).toEqual({ outcome: "done" });
  });

  it("delay what is slow and no more", async () => {
    const backend = await open(proxy.url);
    proxy.delayReplies(60);
    const creations = Array.from({ length: 20 }, (_, index) =>
      backend.create(`id${index}`, RECORD, 100, later()),
    );
    expect(await Promise.all(creations)).not.toContain(false);
    expect(proxy.accepted).toBe(1);
  });
});

it("completes a save on close, also if Redis has lost its scripts", async () => {
  const backend = await open(server.url);
  await backend.create("a", RECORD, 100, later());
  await ask(server.port, "SCRIPT", "FLUSH");
  const save = backend.replace("a", RECORD, NEXT, 100, later());
  await backend.close();
  expect(await save).toEqual({ outcome: "done" });
});

it("gives up a connection on close once no operation waits for it, with or without a reply", async () => {
  const backend = await open(proxy.url);
  proxy.blockReplies();
  const create = outcomeOf(backend.create("a", RECORD, 100, soon()));
  await backend.close();
  expect(await create).toBe("unknown");
  await expect(backend.get("a", later())).rejects.toThrow(/closed/);
  await proxy.quiet();
});
