// The names of keys: those of Go, and their slots in a cluster.
import * as fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../../../../test/redis/server.ts";
import { hashTag, keySlot } from "../../../src/backends/redis/transport/cluster/key-slot.ts";
import { RecordKeys, sharesSlot } from "../../../src/backends/redis/record-keys.ts";

const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
/** Text full of the characters of hash tags. */
const brace = fc.constantFrom("{", "}", "a", "b", "ä", "~");
const braced = fc.string({ unit: brace });

describe("keySlot", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis({ args: ["--cluster-enabled", "yes"] });
    redis = new Redis(server.port);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it("is the same as that of Redis for any key", async () => {
    const keys = fc.sample(fc.oneof(braced, fc.string({ unit: "binary" })), {
      numRuns: 500,
      ...seed,
    });
    const slots = await Promise.all(keys.map((key) => redis.cluster("KEYSLOT", key)));
    expect(keys.map(keySlot)).toEqual(slots);
  });

  it("takes the first tag only if the first brace opens it and it is not empty", () => {
    expect(hashTag("a{b}c{d}")).toBe("b");
    expect(hashTag("a{}{b}")).toBeUndefined();
    expect(hashTag("}a{b}")).toBe("b");
    expect(hashTag("{a")).toBeUndefined();
  });
});

describe("keys", () => {
  it("name a record as Go does", () => {
    expect(new RecordKeys("session_").record("ABC")).toBe("session_ABC");
  });

  it("name a tombstone after the record, with braces if the prefix has no hash tag", () => {
    expect(new RecordKeys("session_").tombstone("session_ABC")).toBe("{session_ABC}~");
    expect(new RecordKeys("{app}_").tombstone("{app}_ABC")).toBe("{app}_ABC~");
    expect(new RecordKeys("").tombstone("ABC")).toBe("{ABC}~");
  });

  it("put a record and its tombstone into one slot, or tell that they cannot", () => {
    fc.assert(
      fc.property(braced, fc.string({ unit: brace, minLength: 1 }), (prefix, id) => {
        fc.pre(sharesSlot(prefix, id));
        const keys = new RecordKeys(prefix);
        expect(keySlot(keys.tombstone(keys.record(id)))).toBe(keySlot(keys.record(id)));
      }),
      { numRuns: 2000, ...seed },
    );
    expect(sharesSlot("session_")).toBe(true);
    expect(sharesSlot("{app}_")).toBe(true);
    expect(sharesSlot("app}_")).toBe(false);
    expect(sharesSlot("{}app_")).toBe(false);
    expect(sharesSlot("session_", "i}d")).toBe(false);
  });

  it("yield the ids of records, and none for tombstones", () => {
    for (const prefix of ["session_", "{app}_", ""]) {
      const keys = new RecordKeys(prefix);
      expect(keys.id(keys.record("ABC"))).toBe("ABC");
      expect(keys.id(keys.tombstone(keys.record("ABC")))).toBeUndefined();
    }
  });

  it("are searched for by the literal prefix", () => {
    expect(new RecordKeys(String.raw`a*b?[c]\d_`).pattern).toBe(String.raw`a\*b\?\[c\]\\d_*`);
  });
});
