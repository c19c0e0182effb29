// The names of keys: what Go's are, and where a cluster puts them.
import * as fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../../../../test/redis/server.ts";
import { hashTag, keySlot } from "../../../src/backends/redis/transport/key-slot.ts";
import { Keys, sharesSlot } from "../../../src/backends/redis/record-keys.ts";

const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
/** Text full of what hash tags are made of. */
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

  it("agrees with Redis on any key", async () => {
    const keys = fc.sample(fc.oneof(braced, fc.string({ unit: "binary" })), {
      numRuns: 500,
      ...seed,
    });
    const slots = await Promise.all(keys.map((key) => redis.cluster("KEYSLOT", key)));
    expect(keys.map(keySlot)).toEqual(slots);
  });

  it("takes the first tag that is not empty only where the first brace opens it", () => {
    expect(hashTag("a{b}c{d}")).toBe("b");
    expect(hashTag("a{}{b}")).toBeUndefined();
    expect(hashTag("}a{b}")).toBe("b");
    expect(hashTag("{a")).toBeUndefined();
  });
});

describe("keys", () => {
  it("name a record as Go does", () => {
    expect(new Keys("session_").record("ABC")).toBe("session_ABC");
  });

  it("name a mark after the record, with braces where the prefix has no hash tag", () => {
    expect(new Keys("session_").mark("session_ABC")).toBe("{session_ABC}~");
    expect(new Keys("{app}_").mark("{app}_ABC")).toBe("{app}_ABC~");
    expect(new Keys("").mark("ABC")).toBe("{ABC}~");
  });

  it("put a record and its mark into one slot, or say that they cannot", () => {
    fc.assert(
      fc.property(braced, fc.string({ unit: brace, minLength: 1 }), (prefix, id) => {
        fc.pre(sharesSlot(prefix, id));
        const keys = new Keys(prefix);
        expect(keySlot(keys.mark(keys.record(id)))).toBe(keySlot(keys.record(id)));
      }),
      { numRuns: 2000, ...seed },
    );
    expect(sharesSlot("session_")).toBe(true);
    expect(sharesSlot("{app}_")).toBe(true);
    expect(sharesSlot("app}_")).toBe(false);
    expect(sharesSlot("{}app_")).toBe(false);
    expect(sharesSlot("session_", "i}d")).toBe(false);
  });

  it("find the ids of records again, and no marks", () => {
    for (const prefix of ["session_", "{app}_", ""]) {
      const keys = new Keys(prefix);
      expect(keys.id(keys.record("ABC"))).toBe("ABC");
      expect(keys.id(keys.mark(keys.record("ABC")))).toBeUndefined();
    }
  });

  it("are searched for by the prefix to the letter", () => {
    expect(new Keys(String.raw`a*b?[c]\d_`).pattern).toBe(String.raw`a\*b\?\[c\]\\d_*`);
  });
});
