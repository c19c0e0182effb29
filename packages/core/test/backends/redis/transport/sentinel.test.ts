// The Redis backend behind sentinels: the backend contract, finding the master, and following a failover.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "../../../../../../test/redis/ask.mjs";
import { type RedisSentinel, startSentinel } from "../../../../../../test/redis/server.ts";
import { Deadline } from "../../../../src/backends/deadline.ts";
import { openBackend } from "../../../../src/backends/open-backend.ts";
import { StoreUnavailableError } from "../../../../src/errors.ts";
import { withConnectTimeout, withTLS } from "../../../../src/options/connection-details.ts";
import { withSentinel, withURL } from "../../../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../../../src/options/option.ts";
import { backendSuite } from "../../../../src/testing/index.ts";
import { freshPrefix, underTest } from "../redis-under-test.ts";

const RECORD = Buffer.from("record");
const later = () => new Deadline(20);

let group: RedisSentinel;
let master: Redis;
beforeAll(async () => {
  group = await startSentinel("sessions");
  master = new Redis(group.master.port);
});
afterAll(async () => {
  master.disconnect();
  await group.stop();
});

function open(option: StoreOption, keyPrefix = freshPrefix()) {
  return openBackend(collect([option]), { keyPrefix, now: () => 0 });
}

/** The error of a start, as text. */
function failure(...options: StoreOption[]): Promise<string> {
  return openBackend(collect(options), { keyPrefix: "s_", now: () => 0 }).then(
    () => "It did not fail.",
    String,
  );
}

backendSuite({ describe, it }, "Redis behind sentinels", async () => {
  const prefix = freshPrefix();
  const backend = await open(withSentinel([group.sentinel], group.name), prefix);
  return underTest(backend, prefix, [master]);
});

describe("withSentinel", () => {
  it("asks the next sentinel if one is away", async () => {
    const backend = await open(withSentinel(["127.0.0.1:1", group.sentinel], group.name));
    expect((await backend.health(later())).ok).toBe(true);
    await backend.close();
  });

  it("names the sentinels and the master if no sentinel knows the master", async () => {
    const opening = openBackend(
      collect([withSentinel([group.sentinel], "other"), withConnectTimeout(0.3)]),
      { keyPrefix: "s_", now: () => 0 },
    );
    await expect(opening).rejects.toThrow(StoreUnavailableError);
    await expect(opening).rejects.toThrow(
      /"other" of the sentinels 127\.0\.0\.1:\d+.*No such master/,
    );
  });

  it("says what to change if sentinels or master speak another protocol than the store, and if they are no sentinels", async () => {
    const { sentinel, master: node, name } = group;
    expect(await failure(withSentinel([sentinel], name), withTLS({}))).toMatch(
      new RegExp(`ConfigError: Redis at 127.0.0.1:${node.port} does not speak TLS: use redis://`),
    );
    expect(await failure(withSentinel([node], name))).toMatch(
      /ConfigError: .*no sentinels.*withURL/,
    );
    expect(await failure(withURL(sentinel.url))).toMatch(/ConfigError: .*sentinel.*withSentinel/);
    const soon = withConnectTimeout(1);
    expect(await failure(withSentinel([sentinel], name, { sentinelTLS: {} }), soon)).toMatch(
      /no sentinel replied.*leave sentinelTLS out/,
    );
    expect(await failure(withSentinel(["127.0.0.1:1"], name), soon)).toMatch(
      /no sentinel replied.*give sentinelTLS/,
    );
  });

  it("names the master that sentinels announce, and natMap, if it cannot be reached", async () => {
    const natMap = { [`127.0.0.1:${group.master.port}`]: { host: "127.0.0.1", port: 1 } };
    const opening = openBackend(
      collect([withSentinel([group.sentinel], group.name, { natMap }), withConnectTimeout(0.3)]),
      { keyPrefix: "s_", now: () => 0 },
    );
    await expect(opening).rejects.toThrow(
      new RegExp(
        `sentinels name 127.0.0.1:${group.master.port}: .*ECONNREFUSED.*natMap of withSentinel`,
      ),
    );
  });

  it("reaches a master whose announced address is unreachable, by natMap", async () => {
    const { host, port } = group.master;
    const natMap = { [`${host}:${port}`]: { host: "localhost", port } };
    const backend = await open(withSentinel([group.sentinel], group.name, { natMap }));
    expect((await backend.health(later())).ok).toBe(true);
    await backend.close();
  });

  it("uses the new master after a failover, without a restart", async () => {
    const backend = await open(withSentinel([group.sentinel], group.name));
    await backend.create("a", RECORD, 1000, later());
    await group.failover();
    await untilItWorks(() => backend.replace("a", undefined, RECORD, 1000, later()));
    expect((await backend.get("a", later())).record).toEqual(RECORD);
    await backend.close();
  });
});

it("a planned failover: writes go to the new master as soon as the sentinel announces it", async () => {
  const planned = await startSentinel("planned");
  const backend = await open(withSentinel([planned.sentinel], planned.name), "p_");
  await backend.create("before", RECORD, 1000, later());
  await planned.failover();
  // The old master still takes writes, and would lose them when it becomes a replica some seconds later.
  expect(await ask(planned.master.port, "ROLE")).toContain("master");
  await delay(100);
  await untilItWorks(() => backend.create("after", RECORD, 1000, later()));
  expect(await ask(planned.replica.port, "EXISTS", "p_after")).toBe(":1\r\n");
  await backend.close();
  await planned.stop();
});

it("a master that hangs: its successor serves requests as soon as it is elected, while the attempts to reach the old one still hang", async () => {
  const hung = await startSentinel("hung");
  const backend = await open(withSentinel([hung.sentinel], hung.name), "h_");
  const write = (id: string) => backend.create(id, RECORD, 1000, new Deadline(1));
  await write("before");
  hung.master.pause();
  const successor = String(hung.replica.port);
  const named = () => ask(hung.sentinel.port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", hung.name);
  let index = 0;
  // What is sent to the old master fails, and what waits for a connection may already get one to the new one.
  while (!(await named()).includes(successor))
    await write(`during${index++}`).catch(expectUnavailable);
  const elected = performance.now();
  await untilItWorks(() => write(`after${index++}`));
  // One attempt to open a connection may take 3 s.
  expect(performance.now() - elected).toBeLessThan(2000);
  await backend.close();
  hung.master.resume();
  await hung.stop();
});

function expectUnavailable(error: unknown): void {
  expect(error).toBeInstanceOf(StoreUnavailableError);
}

/** Repeats an operation while the store is unavailable. */
async function untilItWorks(operation: () => Promise<unknown>): Promise<void> {
  const end = later();
  for (;;) {
    try {
      await operation();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || end.remaining() === 0) throw error;
    }
  }
}
