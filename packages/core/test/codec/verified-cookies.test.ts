// The bound, the eviction and the name check of the memory of verified cookies.
import { describe, expect, it } from "vitest";
import type { Decoded } from "../../src/codec/codec.ts";
import { VERIFIED_COOKIES_LIMIT, VerifiedCookies } from "../../src/codec/verified-cookies.ts";

const decoded = (id: string): Decoded => ({ id, issuedAt: 1, keyIndex: 0 });

describe("the memory of verified cookies", () => {
  it("knows a value under the name it was verified for, and no other", () => {
    const cookies = new VerifiedCookies();
    cookies.add("session", "value", decoded("id"));
    expect(cookies.get("session", "value")).toEqual(decoded("id"));
    expect(cookies.get("other", "value")).toBeUndefined();
    expect(cookies.get("session", "other")).toBeUndefined();
  });

  it("never holds more than its limit", () => {
    const cookies = new VerifiedCookies();
    let most = 0;
    for (let index = 0; index < 3 * VERIFIED_COOKIES_LIMIT; index++) {
      cookies.add("session", `value ${index}`, decoded("id"));
      // Reading old ones moves them, which must not add to them either.
      cookies.get("session", `value ${index - VERIFIED_COOKIES_LIMIT / 2}`);
      most = Math.max(most, cookies.size);
    }
    expect(most).toBeLessThanOrEqual(VERIFIED_COOKIES_LIMIT);
    expect(most).toBeGreaterThan(VERIFIED_COOKIES_LIMIT / 2);
  });

  it("keeps what is in use, and drops what is not", () => {
    const cookies = new VerifiedCookies(10);
    cookies.add("session", "used", decoded("used"));
    cookies.add("session", "unused", decoded("unused"));
    for (let index = 0; index < 100; index++) {
      cookies.add("session", `value ${index}`, decoded("id"));
      expect(cookies.get("session", "used")).toEqual(decoded("used"));
    }
    expect(cookies.get("session", "unused")).toBeUndefined();
    expect(cookies.get("session", "value 99")).toEqual(decoded("id"));
  });

  it("takes a value that it holds already once", () => {
    const cookies = new VerifiedCookies(4);
    for (let index = 0; index < 10; index++) cookies.add("session", "value", decoded("id"));
    cookies.add("session", "other", decoded("id"));
    expect(cookies.size).toBe(2);
  });
});
