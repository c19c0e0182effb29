// The stock of random bytes: nothing of it is given twice, and what was given stays as it was.
import { describe, expect, it } from "vitest";
import { pooledRandomBytes } from "../../src/codec/random-pool.ts";

describe("pooled random bytes", () => {
  it("are as many as were asked for, also more than a stock", () => {
    for (const size of [0, 1, 16, 32, 4095, 4096, 4097, 10_000]) {
      expect(pooledRandomBytes(size)).toHaveLength(size);
    }
  });

  it("are given once, across the ends of stocks", () => {
    const given = Array.from({ length: 5_000 }, () => pooledRandomBytes(24).toString("hex"));
    expect(new Set(given).size).toBe(given.length);
  });

  it("belong to whoever asked", () => {
    const first = pooledRandomBytes(32);
    const copy = Buffer.from(first);
    for (let draw = 0; draw < 1_000; draw++) pooledRandomBytes(32);
    expect(first).toEqual(copy);
    expect(first.equals(Buffer.alloc(32))).toBe(false);
  });
});
