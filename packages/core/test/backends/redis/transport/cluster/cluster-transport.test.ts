// The Redis backend over a cluster of real nodes: the backend contract, nodes that fail, what withCluster takes.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type RedisCluster, startCluster } from "../../../../../../../test/redis/server.ts";
import type { Backend } from "../../../../../src/backends/backend.ts";
import { Deadline } from "../../../../../src/backends/deadline.ts";
import { openBackend } from "../../../../../src/backends/open-backend.ts";
import { keySlot } from "../../../../../src/backends/redis/transport/cluster/key-slot.ts";
import { ConfigError, StoreUnavailableError } from "../../../../../src/errors.ts";
import {
  withConnectTimeout,
  withDB,
  withPassword,
} from "../../../../../src/options/connection-details.ts";
import { withCluster, withURL } from "../../../../../src/options/connection-options.ts";
import { collect } from "../../../../../src/options/option.ts";
import { backendSuite } from "../../../../../src/testing/index.ts";
import { freshPrefix, underTest } from "../../redis-under-test.ts";

let cluster: RedisCluster;
let nodes: Redis[];
beforeAll(async () => {
  cluster = await startCluster(3);
  nodes = cluster.nodes.map(({ port }) => new Redis(port));
});
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await cluster.stop();
});

function openCluster(keyPrefix: string) {
  const seeds = cluster.nodes.slice(0, 1);
  return openBackend(collect([withCluster(seeds)]), { keyPrefix, now: () => 0 });
}

async function open(keyPrefix = freshPrefix()) {
  return underTest(await openCluster(keyPrefix), keyPrefix, nodes);
}

backendSuite({ describe, it }, "Redis Cluster", () => open());
backendSuite({ describe, it }, "Redis Cluster, prefix with a hash tag", () =>
  open(`{${freshPrefix()}}`),
);

const RECORD = Buffer.from("record");
const TO_B = { kind: "login", to: "b", grace: 0, told: true, owned: false } as const;
const later = () => new Deadline(20);

/** Runs a test on a backend with a prefix of its own. */
async function withBackend(
  test: (backend: Backend, prefix: string) => Promise<void>,
): Promise<void> {
  const prefix = freshPrefix();
  const backend = await openCluster(prefix);
  try {
    await test(backend, prefix);
  } finally {
    await backend.close();
  }
}

/** An id whose record belongs to this node. */
function idOn(node: number, prefix: string): string {
  for (let index = 0; ; index++) {
    const slot = keySlot(`${prefix}${index}`);
    if (Math.floor((slot * 3) / 16_384) === node) return String(index);
  }
}

describe("a node of a Redis Cluster that fails", () => {
  it("affects only its own sessions, and serves them when it is back", () =>
    withBackend(async (backend, prefix) => {
      const ids = [0, 1, 2].map((node) => idOn(node, prefix)) as [string, string, string];
      for (const id of ids) await backend.create(id, RECORD, 100, later());
      cluster.nodes[1]?.pause();
      const frozen = backend.get(ids[1], new Deadline(0.3));
      await expect(frozen).rejects.toThrow(StoreUnavailableError);
      for (const id of [ids[0], ids[2]])
        expect((await backend.get(id, later())).record).toEqual(RECORD);
      expect((await backend.health(new Deadline(0.3))).ok).toBe(false);
      cluster.nodes[1]?.resume();
      await nodes[1]?.ping();
      expect((await backend.get(ids[1], later())).record).toEqual(RECORD);
    }));

  it("does not prevent the start if it is asked first", async () => {
    const seeds = ["127.0.0.1:1", ...cluster.nodes.slice(2)];
    const backend = await openBackend(collect([withCluster(seeds)]), {
      keyPrefix: freshPrefix(),
      now: () => 0,
    });
    expect((await backend.health(later())).ok).toBe(true);
    await backend.close();
  });
});

function start(...options: Parameters<typeof collect>[0]) {
  return openBackend(collect(options), { keyPrefix: "s_", now: () => 0 });
}

describe("withCluster", () => {
  it("refuses a prefix that would separate a session from its tombstone", async () => {
    const opening = openCluster("app}_");
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(/"app}_".*"{myapp}_"/);
  });

  it("refuses an id that would do the same, before sending anything", () =>
    withBackend(async (backend) => {
      await expect(backend.create("i}d", RECORD, 100, later())).rejects.toThrow(/"}"/);
      await expect(backend.delete("i}d", TO_B, 100, later())).rejects.toThrow(/"}"/);
    }));

  it("says so if the address is a single node, or if a single node belongs to a cluster", async () => {
    const { hostname: host, port } = new URL(inject("redisUrl"));
    await expect(start(withCluster([{ host, port: Number(port) }]))).rejects.toThrow(
      /single node.*withURL/,
    );
    // The check at the start uses the keys of one session and of one index, each of which belongs to one of the nodes.
    const refusals = await Promise.all(
      cluster.nodes.map(({ url }) =>
        start(withURL(url)).then(
          async (backend) => {
            const ids = [0, 1, 2].map((node) => idOn(node, "s_"));
            const reads = await Promise.allSettled(ids.map((id) => backend.get(id, later())));
            await backend.close();
            return String(reads.find(({ status }) => status === "rejected")?.["reason" as never]);
          },
          (error: unknown) => String(error),
        ),
      ),
    );
    for (const message of refusals) expect(message).toMatch(/MOVED.*withCluster/);
    const atTheStart = refusals.filter((message) => message.startsWith("ConfigError"));
    expect(atTheStart.length).toBeGreaterThanOrEqual(2);
  });

  it("reaches nodes that announce unreachable addresses, by natMap", async () => {
    const natMap = Object.fromEntries(
      cluster.nodes.map(({ port }) => [`127.0.0.1:${port}`, { host: "localhost", port }]),
    );
    const backend = await start(withCluster(cluster.nodes, { natMap }));
    expect((await backend.health(later())).ok).toBe(true);
    await backend.close();
  });

  it("fails if no node can be reached", async () => {
    const nowhere = withCluster(["127.0.0.1:1", "127.0.0.1:2"]);
    await expect(start(nowhere, withConnectTimeout(0.3))).rejects.toThrow(/ECONNREFUSED/);
  });

  it("takes one password for all nodes, and no database", async () => {
    await expect(start(withCluster(cluster.nodes), withDB(1))).rejects.toThrow(/only database 0/);
    for (const node of nodes) await node.config("SET", "requirepass", "geheim");
    await expect(start(withCluster(cluster.nodes))).rejects.toThrow(/NOAUTH/);
    const backend = await start(withCluster(cluster.nodes), withPassword("geheim"));
    expect((await backend.health(later())).ok).toBe(true);
    await backend.close();
    for (const node of nodes) await node.config("SET", "requirepass", "");
  });
});
