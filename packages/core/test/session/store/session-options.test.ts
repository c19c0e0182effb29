// The cookie attributes of one session, and its own lifetime.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { ResolvedCookieOptions } from "../../../src/options/cookie-options.ts";
import { rejection } from "../records/steps.ts";
import { openStore } from "./open-store.ts";

const DAY = 86_400;

describe("a session's own options", () => {
  it("begin as the store's, and belong to it alone", async () => {
    const { store } = await openStore({ cookie: { path: "/app" } });
    const [one, two] = [store.create(), store.create()];
    one.options.path = "/other";
    expect(two.options).toEqual({
      path: "/app",
      domain: undefined,
      maxAge: 30 * DAY,
      secure: "auto",
      httpOnly: true,
      sameSite: "lax",
      partitioned: false,
      priority: undefined,
    });
    expect(store.create().options.path).toBe("/app");
  });

  it("send a cookie when they change, and none when they are read", async () => {
    const { browser } = await openStore();
    await browser.request(({ values }) => (values["a"] = 1));
    expect(await browser.request(({ options }) => options.path)).toEqual([]);
    expect(await browser.request(({ options }) => (options.path = "/"))).toEqual([]);
    const cookies = await browser.request(({ options }) => (options.sameSite = "strict"));
    expect(cookies.map(String)).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict$/)]);
  });

  it.each<[string, Partial<Record<keyof ResolvedCookieOptions, unknown>>]>([
    ["path", { path: "no-slash" }],
    ["domain", { domain: "a;b" }],
    ["maxAge", { maxAge: 1.5 }],
    ["maxAge", { maxAge: "60" }],
    ["maxAge", { maxAge: undefined }],
    ["secure", { secure: "yes" }],
    ["sameSite", { sameSite: "Lax" }],
    ["secure", { sameSite: "none", secure: false }],
    ["has no", { expires: 1 } as Record<string, unknown>],
  ])("are checked when the session is saved: %s", async (word, options) => {
    const { store, browser } = await openStore();
    const session = store.create();
    session.values["a"] = 1;
    Object.assign(session.options, options);
    store.needsSave(session);
    const failure = await rejection(store.save(session));
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(word);
    expect(session.storedId).toBe("");
    await browser.request(({ values }) => (values["a"] = 1));
    const stored = await browser.load();
    Object.assign(stored.options, options);
    expect(await rejection(stored.regenerate())).toBeInstanceOf(ConfigError);
    expect(await rejection(stored.update(() => 1))).toBeInstanceOf(ConfigError);
    expect((await browser.load()).rejected).toBeUndefined();
  });

  it("are the attributes under which its cookie is cleared", async () => {
    const { browser, store } = await openStore();
    const own = { path: "/app", domain: "example.com", secure: true, partitioned: true } as const;
    await browser.request((session) => {
      session.values["a"] = 1;
      Object.assign(session.options, own);
    });
    const session = await browser.load();
    Object.assign(session.options, own);
    const cookies = await store.destroy(session);
    expect(cookies.map(String)).toEqual([
      "session=; Path=/app; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; Secure; SameSite=Lax; Partitioned",
    ]);
  });

  it("never keep a session from ending: bad ones are told after it", async () => {
    const { browser, store } = await openStore();
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    session.options.path = "bad";
    expect(await rejection(store.destroy(session))).toBeInstanceOf(ConfigError);
    const owed = store.cookiesOwed(session);
    expect(owed.map(String)).toEqual([expect.stringMatching(/^session=; Path=\/;/)]);
    browser.receive(owed);
    expect((await browser.load()).rejected).toBeUndefined();
    expect(await store.count()).toBe(0);
  });
});

describe("a session's own maxAge", () => {
  it("above 0 is the cookie's, the record's, and remembered by later requests", async () => {
    const { browser, clock } = await openStore();
    const [cookie] = await browser.request((session) => {
      session.values["a"] = 1;
      session.options.maxAge = DAY;
    });
    expect(String(cookie)).toContain("; Max-Age=86400;");
    clock.now += DAY / 10;
    const [renewed] = await browser.request(({ values }) => (values["a"] = 2));
    expect(String(renewed)).toContain("; Max-Age=86400;");
    expect((await browser.load()).options.maxAge).toBe(DAY);
    clock.now += DAY;
    expect((await browser.load()).rejected).toBe("gone");
  });

  it("of 0 makes a session that ends with the browser, also when it is remembered", async () => {
    const { browser, clock } = await openStore();
    const [cookie] = await browser.request((session) => {
      session.values["a"] = 1;
      session.options.maxAge = 0;
    });
    expect(String(cookie)).not.toMatch(/Max-Age|Expires/);
    const [moved] = await browser.request((session) => session.regenerate());
    expect(String(moved)).not.toMatch(/Max-Age|Expires/);
    clock.now += 1199;
    expect((await browser.load()).rejected).toBeUndefined();
    clock.now += 1;
    expect((await browser.load()).rejected).toBe("gone");
  });

  it("below 0 ends the session with the next save, and clears the cookie", async () => {
    const { browser, store } = await openStore();
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    session.options.maxAge = -1;
    expect(store.needsSave(session)).toBe(true);
    expect((await store.save(session)).map(String)).toEqual([
      expect.stringMatching(/^session=; .*Max-Age=0/),
    ]);
    expect(session.values).toEqual({});
    expect(await store.count()).toBe(0);
    const fresh = store.create();
    fresh.values["a"] = 1;
    fresh.options.maxAge = -1;
    expect(store.needsSave(fresh)).toBe(false);
    expect(await store.save(fresh)).toEqual([]);
    expect(await store.count()).toBe(0);
  });

  it("below 0 is remembered by no session that goes on", async () => {
    const { browser, store } = await openStore();
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    session.options.maxAge = -1;
    browser.receive(await store.regenerate(session));
    expect((await browser.load()).options.maxAge).toBe(30 * DAY);
  });

  it("is refused where it is assigned if it is longer than the signature lives, unless that has no end", async () => {
    const { store } = await openStore({ cookie: { maxAge: DAY } });
    const session = store.create();
    session.values["a"] = 1;
    const assign = () => (session.options.maxAge = DAY + 1);
    expect(assign).toThrow(ConfigError);
    expect(assign).toThrow("withMaxAge");
    expect(session.options.maxAge).toBe(DAY);
    await store.save(session);
    const endless = (await openStore({ cookie: { maxAge: 0 } })).store;
    const other = endless.create();
    other.values["a"] = 1;
    other.options.maxAge = 300 * DAY;
    expect(await endless.save(other)).toHaveLength(1);
    other.options.maxAge = 401 * DAY;
    expect(String(await rejection(endless.save(other)))).toContain("400 days");
  });

  it("that is remembered and has become too long is cut, and fails no request", async () => {
    const before = await openStore({ cookie: { maxAge: 60 * DAY } });
    await before.browser.request((session) => {
      session.values["a"] = 1;
      session.options.maxAge = 50 * DAY;
    });
    const cookie = before.browser.jar.get("session") ?? "";
    const after = await openStore({ backend: before.backend, clock: before.clock });
    const session = await after.store.load("session", cookie);
    expect(session.options.maxAge).toBe(30 * DAY);
    expect(await after.store.save(session)).toEqual([]);
    session.values["a"] = 2;
    before.clock.now += 10 * DAY;
    const [renewed] = await after.store.save(session);
    expect(String(renewed)).toContain("; Max-Age=2592000;");
  });
});

describe("the attributes of a mount", () => {
  it("are those of all its sessions: new, loaded and cleared", async () => {
    const { store } = await openStore();
    const admin = { path: "/admin", sameSite: "strict", maxAge: 60 } as const;
    const first = await store.load("session", [], admin);
    first.values["a"] = 1;
    const [cookie] = await store.save(first);
    expect(String(cookie)).toMatch(/Path=\/admin; .*Max-Age=60; HttpOnly; SameSite=Strict/);
    const second = await store.load("session", cookie?.value, admin);
    expect(second.options).toMatchObject(admin);
    expect(store.needsSave(second)).toBe(false);
    const [cleared] = await store.destroy(second);
    expect(String(cleared)).toMatch(/^session=; Path=\/admin; .*SameSite=Strict/);
  });

  it.each([
    [{ maxAge: -1 }, "maxAge"],
    [{ maxAge: 31 * DAY }, "withMaxAge"],
    [{ path: "x" }, "path"],
    [{ sameSite: "none", secure: false }, "secure"],
  ] as const)("are refused where they cannot be: %j", async (cookie, word) => {
    const { store } = await openStore();
    expect(() => store.create("session", cookie)).toThrow(word);
    expect(() => store.create("session", cookie)).toThrow(ConfigError);
  });
});
