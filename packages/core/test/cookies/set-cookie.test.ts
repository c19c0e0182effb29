// Set-Cookie headers, byte for byte as Go's net/http writes them.
import { describe, expect, it } from "vitest";
import { DEFAULT_COOKIE_OPTIONS, type CookieOptions } from "../../src/options/cookie-options.ts";
import { clearingCookie, sessionCookie } from "../../src/cookies/set-cookie.ts";

const NOW = 2_000_000_000;
const text = (options: CookieOptions = {}, secure = false, name = "session"): string =>
  String(
    sessionCookie(name, "value=", { ...DEFAULT_COOKIE_OPTIONS, ...options }, { secure, now: NOW }),
  );
const cleared = (options: CookieOptions = {}, secure = false): string =>
  String(
    clearingCookie("session", { ...DEFAULT_COOKIE_OPTIONS, ...options }, { secure, now: NOW }),
  );

const isSecure = (header: string): boolean => header.includes("; Secure");

describe("the header of a session's cookie", () => {
  it.each<[CookieOptions, string]>([
    [
      {},
      "; Path=/; Expires=Fri, 17 Jun 2033 03:33:20 GMT; Max-Age=2592000; HttpOnly; SameSite=Lax",
    ],
    [{ maxAge: 0, sameSite: false, httpOnly: false }, "; Path=/"],
    [{ maxAge: -5 }, "; Path=/; HttpOnly; SameSite=Lax"],
    [
      {
        path: "/app",
        domain: ".example.com",
        maxAge: 1,
        secure: true,
        sameSite: "none",
        partitioned: true,
        priority: "high",
      },
      "; Path=/app; Domain=example.com; Expires=Wed, 18 May 2033 03:33:21 GMT; Max-Age=1; HttpOnly; Secure; SameSite=None; Partitioned; Priority=High",
    ],
  ])("has its attributes in Go's order: %j", (options, attributes) => {
    expect(text(options)).toBe(`session=value=${attributes}`);
  });

  it("clears with the same attributes", () => {
    const options = {
      path: "/app",
      domain: "example.com",
      secure: true,
      sameSite: "strict",
    } as const;
    expect(cleared(options)).toBe(
      "session=; Path=/app; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Strict",
    );
  });
});

describe("Secure", () => {
  it('goes by the request where it is "auto", for clearing too', () => {
    expect([isSecure(text({}, true)), isSecure(text({}, false))]).toEqual([true, false]);
    expect([isSecure(cleared({}, true)), isSecure(cleared({}, false))]).toEqual([true, false]);
  });

  it("is what it is set to, whatever the request was", () => {
    expect([isSecure(text({ secure: true })), isSecure(text({ secure: false }, true))]).toEqual([
      true,
      false,
    ]);
  });

  it.each<[string, CookieOptions]>([
    ["__Host-session", {}],
    ["__Secure-session", {}],
    ["__sEcUrE-session", {}],
    ["session", { sameSite: "none" }],
    ["session", { partitioned: true }],
  ])('is on under "auto" where browsers refuse the cookie otherwise: %s %j', (name, options) => {
    expect(isSecure(text(options, false, name))).toBe(true);
  });

  it("is decided in the cookie's data as well", () => {
    const options = { ...DEFAULT_COOKIE_OPTIONS, sameSite: "none" } as const;
    const cookie = sessionCookie("session", "x", options, { secure: false, now: NOW });
    expect(cookie).toMatchObject({ name: "session", value: "x", options: { secure: true } });
    expect(clearingCookie("session", options, { secure: false, now: NOW })).toMatchObject({
      value: "",
      options: { maxAge: -1, secure: true },
    });
  });
});
