// New session ids: Go's base32, of 32 random bytes.
import { describe, expect, it } from "vitest";
import { newSessionId } from "../../src/codec/session-id.ts";

describe("a session id", () => {
  it.each([
    ["00".repeat(32), "A".repeat(52)],
    ["ff".repeat(32), `${"7".repeat(51)}Q`],
    [
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPQ",
    ],
  ])("is Go's base32 of the bytes %s", (hex, id) => {
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

  it("is different each time", () => {
    const ids = Array.from({ length: 1000 }, () => newSessionId());
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[A-Z2-7]{52}$/);
  });
});
