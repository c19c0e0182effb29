// The cache of verified cookies: its limit, what it drops, and the check of the name.
import { describe, expect, it } from "vitest";
import type { Decoded } from "../../src/codec/codec.ts";
import { VERIFIED_COOKIES_LIMIT, VerifiedCookies } from "../../src/codec/verified-cookies.ts";

const decoded = (id: string): Decoded => ({ id, issuedAt: 1, keyIndex: 0 });

describe("the cache of verified cookies", () => {
  it("returns a value only under the name it was verified for", () => {
    const cookies = new VerifiedCookies();
    cookies.add("session", "value", decoded("id"));
    expect(cookies.get("session", "value")).toEqual(decoded("id"));
    expect(cookies.get("other", "value")).toBeUndefined();
    expect(cookies.get("session", "other")).toBeUndefined();
  });

  it("never contains more than its limit", () => {
    const cookies = new VerifiedCookies();
    let most = 0;
    for (let index = 0; index < 3 * VERIFIED_COOKIES_LIMIT; index++) {
      cookies.add("session", `value ${index}`, decoded("id"));
      most = Math.max(most, cookies.size);
    }
    expect(most).toBe(VERIFIED_COOKIES_LIMIT);
  });

  it("does not grow by reading", () => {
    const cookies = new VerifiedCookies(10);
    let most = 0;
    for (let index = 0; index < 100; index++) {
      cookies.add("session", `value ${index}`, decoded("id"));
      for (let age = 0; age < index % 20; age++) cookies.get("session", `value ${index - age}`);
      most = Math.max(most, cookies.size);
    }
    expect(most).toBe(10);
  });

  it("keeps cookies that are in use, and drops the others", () => {
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
});
