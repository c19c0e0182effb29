// Random bytes from blocks: none is returned twice, and returned bytes do not change.
import { describe, expect, it } from "vitest";
import { pooledRandomBytes } from "../../src/codec/random-bytes.ts";

describe("pooled random bytes", () => {
  it("have the requested length, also above a block", () => {
    for (const size of [0, 1, 16, 32, 4095, 4096, 4097, 10_000]) {
      expect(pooledRandomBytes(size)).toHaveLength(size);
    }
  });

  it("are returned once, also at the ends of blocks", () => {
    const drawn = Array.from({ length: 5_000 }, () => pooledRandomBytes(24).toString("hex"));
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it("do not change after they were returned", () => {
    const first = pooledRandomBytes(32);
    const copy = Buffer.from(first);
    for (let draw = 0; draw < 1_000; draw++) pooledRandomBytes(32);
    expect(first).toEqual(copy);
    expect(first.equals(Buffer.alloc(32))).toBe(false);
  });
});
