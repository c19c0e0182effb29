// Sessions in a slot that a Redis Cluster migrates: on the old node, on the new one, and not stored yet.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createCluster } from "redis6";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisCluster, startCluster } from "../../../../../../../test/redis/server.ts";
import * as scripts from "../../../../../src/backends/redis/scripts.ts";
import { keySlot } from "../../../../../src/backends/redis/transport/cluster/key-slot.ts";
import {
  createRecords,
  type Records,
  type StoreOption,
  StoreUnavailableError,
  withClient,
  withCluster,
  withKeyPrefix,
  withOperationTimeout,
} from "../../../../../src/index.ts";

type Values = Record<string, unknown>;

let cluster: RedisCluster;
let nodes: Redis[];
let connection: StoreOption;
let records: Records<Values>;
let prefix: string;
beforeAll(async () => {
  cluster = await startCluster(2);
  nodes = cluster.nodes.map(({ port }) => new Redis(port));
});
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await cluster.stop();
});

/** How a test reaches the cluster, and how that is closed again. ioredis' own Cluster waits longer than a session may. */
const CONNECTIONS: [string, () => Promise<[StoreOption, () => unknown]>][] = [
  ["withCluster", async () => [withCluster(cluster.nodes), () => undefined]],
  [
    "a cluster client of node-redis 6",
    async () => {
      const client = createCluster({ rootNodes: cluster.nodes.map(({ url }) => ({ url })) });
      await client.connect();
      return [withClient(client), () => client.destroy()];
    },
  ],
];

/** Stores a session under a new id. */
async function store(values: Values): Promise<string> {
  const record = records.create(randomUUID());
  Object.assign(record.values, values);
  await record.save();
  return record.id;
}

async function valuesOf(id: string): Promise<Values> {
  return (await records.load(id)).values;
}

/** Whether a node has refused a command with this code since its statistics were reset. */
async function refusedBySome(code: string): Promise<boolean> {
  const statistics = await Promise.all(nodes.map((node) => node.info("errorstats")));
  return statistics.some((text) => text.includes(`errorstat_${code}:`));
}

/** The migration of the slot of one id to the other node, as redis-cli does it. */
interface Migration {
  /** Moves what is in the slot, or a part of it. */
  readonly move: (kinds?: "all" | "records" | "tombstones") => Promise<void>;
  /** Moves the rest, and gives the slot to the new node. */
  readonly finish: () => Promise<void>;
}

async function migrate(id: string): Promise<Migration> {
  const slot = keySlot(prefix + id);
  const [source, target] = slot < 8192 ? [0, 1] : [1, 0];
  const [from, to] = [nodes[source] as Redis, nodes[target] as Redis];
  const port = String(cluster.nodes[target]?.port);
  await to.cluster("SETSLOT", slot, "IMPORTING", await from.cluster("MYID"));
  await from.cluster("SETSLOT", slot, "MIGRATING", await to.cluster("MYID"));
  const move: Migration["move"] = async (kinds = "all") => {
    for (const key of await from.cluster("GETKEYSINSLOT", slot, 100)) {
      const kind = key.endsWith("~") ? "tombstones" : "records";
      if (kinds === "all" || kinds === kind) await from.migrate("127.0.0.1", port, key, 0, 5000);
    }
  };
  return {
    move,
    finish: async () => {
      await move();
      const owner = await to.cluster("MYID");
      for (const node of [to, from]) await node.cluster("SETSLOT", slot, "NODE", owner);
    },
  };
}

describe.each(CONNECTIONS)("%s", (_name, connect) => {
  let end: () => unknown;
  beforeAll(async () => {
    [connection, end] = await connect();
    prefix = `${randomUUID()}_`;
    records = await createRecords(connection, withKeyPrefix(prefix), withOperationTimeout(20));
  });
  afterAll(async () => {
    await records.close();
    end();
  });
  aSlotThatMigrates();
  aSessionOnTheOldNode();
});

function aSlotThatMigrates(): void {
  describe("a slot that migrates", () => {
    it("is followed to its new node", async () => {
      const id = await store({ a: 1 });
      await (await migrate(id)).finish();
      const record = await records.load(id);
      record.values["b"] = 2;
      await record.save();
      expect(await valuesOf(id)).toEqual({ a: 1, b: 2 });
    });

    it("takes new sessions at once, on its new node", async () => {
      const record = records.create(randomUUID());
      const { finish } = await migrate(record.id);
      record.values["a"] = 1;
      await record.save();
      expect(await valuesOf(record.id)).toEqual({ a: 1 });
      await finish();
      expect(await valuesOf(record.id)).toEqual({ a: 1 });
    });

    it("serves every operation of a session that has moved, before the rest of the slot has", async () => {
      const id = await store({ a: 1 });
      const record = await records.load(id);
      const another = await records.load(id);
      const { move, finish } = await migrate(id);
      await move();
      record.values["b"] = 2;
      await record.save();
      await record.touch();
      another.values["c"] = 3;
      await another.save();
      expect(await valuesOf(id)).toEqual({ a: 1, b: 2, c: 3 });
      await record.regenerate({ principal: "ada" });
      expect(await valuesOf(record.id)).toEqual({ a: 1, b: 2, c: 3 });
      expect((await records.load(id)).state).toBe("gone");
      await finish();
      expect((await records.load(id)).state).toBe("gone");
      expect(await records.destroy(id)).toBe(true);
      expect((await records.load(record.id)).state).toBe("new");
    });

    it("lets a session be destroyed on the new node, and keeps it ended", async () => {
      const id = await store({ a: 1 });
      const record = await records.load(id);
      const { move, finish } = await migrate(id);
      await move();
      expect(await records.destroy(id, { told: true })).toBe(true);
      await finish();
      expect((await records.load(id)).state).toBe("gone");
      record.values["late"] = true;
      await expect(record.save()).rejects.toThrow(/ended/);
    });

    it("is read from both nodes while a record and its tombstone are on different ones", async () => {
      const id = await store({ a: 1 });
      await records.destroy(id, { told: true });
      // Go writes without asking: its record must not bring the session back.
      await Promise.allSettled(nodes.map((node) => node.set(prefix + id, "{}", "EX", 100)));
      const { move, finish } = await migrate(id);
      await move("tombstones");
      expect((await records.load(id)).state).toBe("gone");
      await finish();
      expect((await records.load(id)).state).toBe("gone");
    });
  });
}

function aSessionOnTheOldNode(): void {
  describe("a session that is still on the old node", () => {
    it("is read, and its writes wait until it has moved", async () => {
      const id = await store({ a: 1 });
      const record = await records.load(id);
      const { move, finish } = await migrate(id);
      expect(await valuesOf(id)).toEqual({ a: 1 });
      record.values["b"] = 2;
      for (const node of nodes) await node.config("RESETSTAT");
      const saved = record.save();
      while (!(await refusedBySome("TRYAGAIN")));
      await move();
      await saved;
      expect(await valuesOf(id)).toEqual({ a: 1, b: 2 });
      await finish();
      expect(await valuesOf(id)).toEqual({ a: 1, b: 2 });
    });

    it("stays ended while its tombstone is there, and the new node knows nothing of it", async () => {
      const id = await store({ a: 1 });
      await records.destroy(id);
      const { finish } = await migrate(id);
      for (const node of nodes) await node.config("RESETSTAT");
      const again = records.create(id);
      again.values["a"] = 1;
      const saved = again.save().catch((error: unknown) => error);
      while (!(await refusedBySome("TRYAGAIN")));
      await finish();
      expect(await saved).toMatchObject({ code: "ERR_REDISTORE_GONE" });
      expect((await records.load(id)).values).toEqual({});
    });

    it("refuses writes at their deadline if it does not move, says what to do, and loses nothing", async () => {
      const hasty = await createRecords<Values>(
        connection,
        withKeyPrefix(prefix),
        withOperationTimeout(0.5),
      );
      const id = await store({ a: 1 });
      const record = await hasty.load(id);
      const { finish } = await migrate(id);
      record.values["b"] = 2;
      for (const write of [() => record.save(), () => hasty.destroy(id)]) {
        const error: unknown = await write().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(StoreUnavailableError);
        expect(error).toMatchObject({
          outcome: "none",
          message: expect.stringMatching(/TRYAGAIN.*--cluster fix/),
        });
      }
      expect(await valuesOf(id)).toEqual({ a: 1 });
      await finish();
      await record.save();
      expect(await valuesOf(id)).toEqual({ a: 1, b: 2 });
      await hasty.close();
    });
  });
}

it.each(Object.entries(scripts).filter(([, each]) => typeof each === "object"))(
  "each command of the script %s is for one key",
  (_name, each) => {
    expect((each as scripts.Script).lua).not.toMatch(/KEYS\[1\], KEYS\[2\]/);
  },
);
