// Combinations of cookie attributes that browsers refuse: told at the start, with the mend.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import {
  checkCookie,
  checkSignatureAge,
  DEFAULT_COOKIE_OPTIONS,
  secureBecause,
  type CookieOptions,
} from "../../src/options/cookie-options.ts";

const check =
  (name: string, options: CookieOptions = {}) =>
  (): void =>
    checkCookie(name, { ...DEFAULT_COOKIE_OPTIONS, ...options });

describe("a cookie that browsers refuse", () => {
  it.each<[string, CookieOptions, string, string]>([
    ["__Host-session", { domain: "example.com" }, "__Host- allows no domain", "__Secure-"],
    ["__Host-session", { path: "/app" }, '__Host- needs the path "/"', "__Secure-"],
    ["__host-session", { path: "/app" }, "needs the path", "__Secure-"],
    ["__Host-session", { secure: false }, "the prefix __Host- needs secure", '"auto"'],
    ["__Secure-session", { secure: false }, "the prefix __Secure- needs secure", '"auto"'],
    ["session", { sameSite: "none", secure: false }, 'sameSite "none" needs secure', '"auto"'],
    ["session", { partitioned: true, secure: false }, "partitioned needs secure", '"auto"'],
  ])("is refused with the reason and the remedy: %s %j", (name, options, reason, remedy) => {
    expect(check(name, options)).toThrow(ConfigError);
    expect(check(name, options)).toThrow(reason);
    expect(check(name, options)).toThrow(remedy);
    expect(check(name, options)).toThrow(`"${name}"`);
  });

  it.each<[string, CookieOptions]>([
    ["session", {}],
    ["session", { secure: false }],
    ["__Host-session", {}],
    ["__Host-session", { secure: true }],
    ["__Secure-session", { domain: "example.com", path: "/app" }],
    ["session", { sameSite: "none" }],
    ["session", { sameSite: "none", partitioned: true, secure: true }],
    ["my__Host-session", { secure: false, domain: "example.com" }],
  ])("is accepted otherwise: %s %j", (name, options) => {
    expect(check(name, options)).not.toThrow();
  });

  it("is not any cookie without Secure", () => {
    expect(secureBecause("session", DEFAULT_COOKIE_OPTIONS)).toBeUndefined();
  });
});

describe("a cookie that would live longer than its signature", () => {
  it("is refused, unless the signature does not expire", () => {
    expect(() => checkSignatureAge("here", 61, 60)).toThrow(ConfigError);
    expect(() => checkSignatureAge("here", 61, 60)).toThrow(/^here: maxAge is 61 .* withMaxAge/);
    expect(() => checkSignatureAge("here", 60, 60)).not.toThrow();
    expect(() => checkSignatureAge("here", 0, 60)).not.toThrow();
    expect(() => checkSignatureAge("here", 1e9, 0)).not.toThrow();
  });
});
