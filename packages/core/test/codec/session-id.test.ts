// New ids, and what is none.
import { describe, expect, it } from "vitest";
import { isSessionId, newSessionId } from "../../src/codec/session-id.ts";

describe("a session id", () => {
  it.each([
    ["00".repeat(32), "A".repeat(52)],
    ["ff".repeat(32), `${"7".repeat(51)}Q`],
    [
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQ",
    ],
  ])("is the base32 that Go makes of the bytes %s", (hex, id) => {
    expect(newSessionId(() => Buffer.from(hex, "hex"))).toBe(id);
  });

  it("is made of 32 random bytes", () => {
    const sizes: number[] = [];
    newSessionId((size) => {
      sizes.push(size);
      return Buffer.alloc(size);
    });
    expect(sizes).toEqual([32]);
  });

  it("is never the same twice", () => {
    const ids = Array.from({ length: 1000 }, () => newSessionId());
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every(isSessionId)).toBe(true);
  });

  it.each([
    ["", "nothing"],
    ["A".repeat(51), "too short"],
    ["A".repeat(53), "too long"],
    [`${"A".repeat(51)}1`, "a character that is not in base32"],
    ["a".repeat(52), "lower case"],
    [`${"A".repeat(52)}\n`, "a line break at the end"],
    [`session_${"A".repeat(44)}`, "a key"],
  ])("is not %j: %s", (text) => {
    expect(isSessionId(text)).toBe(false);
  });
});
