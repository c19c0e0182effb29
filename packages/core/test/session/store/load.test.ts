// From cookie values to a session: what is accepted, what is not, and what it costs.
import { describe, expect, it } from "vitest";
import { createCodec } from "../../../src/codec/secure-cookie.ts";
import { keysFromStrings } from "../../../src/codec/keys.ts";
import { ConfigError, SessionGoneError } from "../../../src/errors.ts";
import { rejection } from "../records/steps.ts";
import { KEYS, NEW_KEY, OLD_KEY, openStore, START, type OpenedStore } from "./open-store.ts";

const encode = (name: string, id: string, keys = KEYS, now = START): string =>
  createCodec(keys, { now: () => now }).encode(name, id);

/** A browser that is logged in as `user`, and its cookie. */
async function loggedIn(opened: OpenedStore, user: string): Promise<string> {
  opened.browser.jar.clear();
  await opened.browser.request(({ values }) => (values["user"] = user));
  opened.steps.length = 0;
  return opened.browser.jar.get("session") ?? "";
}

describe("a request without a cookie", () => {
  it("gets a new session that costs nothing and is nowhere", async () => {
    const { store, steps } = await openStore();
    const session = await store.load("session");
    expect(session).toMatchObject({ isNew: true, storedId: "", publicId: "", rejected: undefined });
    expect(session.values).toEqual({});
    expect(store.needsSave(session)).toBe(false);
    expect(await store.save(session)).toEqual([]);
    expect(await store.destroy(session)).toEqual([]);
    expect(steps).toEqual([]);
  });

  it("stays without cookie and record where it is touched, reloaded, or given options", async () => {
    const { store, steps } = await openStore();
    const session = store.create();
    session.options.maxAge = 0;
    session.values["nothing"] = undefined;
    await session.touch();
    await session.reload();
    expect(session.flashes()).toEqual([]);
    expect(store.needsSave(session)).toBe(false);
    expect(await store.save(session)).toEqual([]);
    expect(await store.regenerate(session)).toEqual([]);
    expect(steps).toEqual([]);
  });
});

describe("a request with a cookie", () => {
  it("gets its session with one step, and leaves without another where it changes nothing", async () => {
    const opened = await openStore();
    const cookie = await loggedIn(opened, "ada");
    const session = await opened.store.load("session", cookie);
    expect(session).toMatchObject({ isNew: false, name: "session", rejected: undefined });
    expect(session.values).toEqual({ user: "ada" });
    expect(opened.store.needsSave(session)).toBe(false);
    expect(await opened.store.save(session)).toEqual([]);
    expect(opened.steps).toEqual(["get"]);
  });

  it("is not mistaken for one under another name", async () => {
    const opened = await openStore();
    const cookie = await loggedIn(opened, "ada");
    const session = await opened.store.load("admin", cookie);
    expect(session).toMatchObject({ isNew: true, rejected: "tampered" });
    expect(opened.steps).toEqual([]);
  });

  it.each<[string, (good: string) => string, string]>([
    [
      "tampered",
      (good) => good.slice(0, -8) + (good.at(-8) === "A" ? "B" : "A") + good.slice(-7),
      "tampered",
    ],
    [
      "signed by a stranger",
      () => encode("session", "X", keysFromStrings("x".repeat(32))),
      "tampered",
    ],
    ["not a value of ours", () => "s%3Aabc.def", "malformed"],
    ["empty", () => "", "malformed"],
    ["too long", () => "A".repeat(10_000), "malformed"],
    ["too old", () => encode("session", "X", KEYS, START - 30 * 86_400 - 1), "expired"],
  ])("that is %s is rejected and never reaches the backend", async (_, forge, reason) => {
    const opened = await openStore();
    const good = await loggedIn(opened, "ada");
    const session = await opened.store.load("session", [forge(good)]);
    expect(session).toMatchObject({ isNew: true, rejected: reason, storedId: "" });
    const isCleared = (await opened.store.save(session)).join().includes("Max-Age=0");
    expect(isCleared).toBe(reason === "expired");
    expect(opened.steps).toEqual([]);
    session.values["a"] = 1;
    expect(await opened.store.save(session)).toHaveLength(1);
  });

  it.each<
    [string, (given: { expired: string; ended: string; forged: string }) => string[], boolean]
  >([
    [
      "expired, and before it one that was tampered with",
      ({ expired, forged }) => [forged, expired],
      false,
    ],
    [
      "expired, and after it one that was tampered with",
      ({ expired, forged }) => [expired, forged],
      false,
    ],
    ["of an ended session, and before it one in another form", ({ ended }) => ["x", ended], false],
    ["of an ended session, and after it one in another form", ({ ended }) => [ended, "x"], false],
    ["of an ended session, and beside it an expired one", (all) => [all.expired, all.ended], true],
    ["expired, twice", ({ expired }) => [expired, expired], true],
  ])("that is %s is removed only if none of them can be good", async (_, cookiesOf, isRemoved) => {
    const opened = await openStore();
    const session = await opened.store.load(
      "session",
      cookiesOf({
        expired: encode("session", "X", KEYS, START - 30 * 86_400 - 1),
        ended: encode("session", "Y"),
        forged: encode("session", "Z", keysFromStrings("x".repeat(32))),
      }),
    );
    expect(opened.store.needsSave(session)).toBe(isRemoved);
    // An error response goes without the removal, and a response that a shared cache may keep does so as well.
    expect(opened.store.cookiesOwed(session)).toEqual([]);
    const cookies = await opened.store.save(session);
    expect(cookies.map(({ isRenewal }) => isRenewal)).toEqual(isRemoved ? [true] : []);
    expect(await opened.store.save(session)).toEqual([]);
  });

  it("that stands behind more ended ones than are loaded is not removed: it may be good", async () => {
    const opened = await openStore();
    const ended = Array.from({ length: 8 }, (_, number) => encode("session", `ended ${number}`));
    const session = await opened.store.load("session", [...ended, encode("session", "Y")]);
    expect(opened.store.needsSave(session)).toBe(false);
  });

  it("that is worth nothing is not removed by a response that took a second: a login may be faster", async () => {
    const opened = await openStore();
    const session = await opened.store.load("session", [
      encode("session", "X", KEYS, START - 30 * 86_400 - 1),
    ]);
    opened.clock.now += 1;
    expect(opened.store.needsSave(session)).toBe(false);
    expect(await opened.store.save(session)).toEqual([]);
  });

  it("whose session has expired is rejected as gone, and gets a new id with new data", async () => {
    const opened = await openStore({ cookie: { maxAge: 0 } });
    const cookie = await loggedIn(opened, "ada");
    opened.clock.now += 1201;
    const session = await opened.store.load("session", cookie);
    expect(session).toMatchObject({ isNew: true, rejected: "gone", storedId: "" });
    expect((await opened.store.save(session)).map(String)).toEqual([
      expect.stringContaining("Max-Age=0"),
    ]);
    session.values["a"] = 1;
    opened.browser.receive(await opened.store.save(session));
    const value = opened.browser.jar.get("session") ?? "";
    const old = createCodec(KEYS, { now: () => START }).decode("session", cookie);
    expect(old).not.toMatchObject({ id: session.id });
    expect((await opened.store.load("session", value)).values).toEqual({ a: 1 });
  });

  it("whose session was logged out is rejected as gone, and cannot bring data back", async () => {
    const opened = await openStore();
    const cookie = await loggedIn(opened, "ada");
    await opened.browser.request((session) => session.destroy());
    const session = await opened.store.load("session", cookie);
    expect(session).toMatchObject({ isNew: true, rejected: "gone" });
    // The browser may have the cookie of a newer login by now.
    expect(opened.store.needsSave(session)).toBe(false);
    session.values["a"] = 1;
    expect(await rejection(opened.store.save(session))).toBeInstanceOf(SessionGoneError);
    expect(opened.store.cookiesOwed(session)).toEqual([]);
  });
});

describe("a request with several cookies of one name", () => {
  it("gets the first that is good and has a session", async () => {
    const opened = await openStore();
    const [ada, bob] = [await loggedIn(opened, "ada"), await loggedIn(opened, "bob")];
    for (const [values, user] of [
      [[ada, bob], "ada"],
      [["forged", bob, ada], "bob"],
      [[encode("session", "never-there"), ada], "ada"],
    ] as const) {
      const session = await opened.store.load("session", values);
      expect([session.values["user"], session.rejected]).toEqual([user, undefined]);
    }
  });

  it("is told that its session is gone rather than that others were never good", async () => {
    const opened = await openStore();
    const gone = encode("session", "never-there");
    for (const values of [
      [gone, "forged"],
      ["forged", gone],
    ]) {
      expect(await opened.store.load("session", values)).toMatchObject({ rejected: "gone" });
    }
    const old = encode("session", "X", KEYS, 1);
    expect(await opened.store.load("session", ["forged", old])).toMatchObject({
      rejected: "expired",
    });
  });

  it("cannot write past a logout by a second cookie whose session is unknown", async () => {
    const opened = await openStore();
    const loggedOut = await loggedIn(opened, "ada");
    await opened.browser.request((session) => session.destroy());
    for (const values of [
      [encode("session", "never-there"), loggedOut],
      [loggedOut, encode("session", "never-there")],
    ]) {
      const session = await opened.store.load("session", values);
      session.values["a"] = 1;
      expect(await rejection(opened.store.save(session))).toBeInstanceOf(SessionGoneError);
    }
  });

  it("are loaded with one command, at most eight of them, and forged ones do not count", async () => {
    const opened = await openStore();
    const good = await loggedIn(opened, "ada");
    const unknown = Array.from({ length: 20 }, (_, index) => encode("session", `none${index}`));
    const session = await opened.store.load("session", [...unknown, good]);
    expect(session.rejected).toBe("gone");
    expect(opened.steps).toEqual(["getMany"]);
    opened.steps.length = 0;
    const forged = Array.from({ length: 20 }, (_, index) => `forged${index}`);
    const found = await opened.store.load("session", [...forged, ...unknown.slice(0, 7), good]);
    expect(found.values).toEqual({ user: "ada" });
    expect(opened.steps).toEqual(["getMany"]);
    opened.steps.length = 0;
    await opened.store.load("session", [unknown[0] ?? "", unknown[0] ?? "", unknown[0] ?? ""]);
    expect(opened.steps).toEqual(["get"]);
  });
});

describe("keys that are rotated", () => {
  const rotated = keysFromStrings(NEW_KEY, "", OLD_KEY).map(({ authentication }) => ({
    authentication,
  }));

  it("re-issue the cookie of an old key under the first, without another step", async () => {
    const before = await openStore({ keys: keysFromStrings(OLD_KEY) });
    const cookie = await loggedIn(before, "ada");
    const after = await openStore({ keys: rotated, backend: before.backend, clock: before.clock });
    const session = await after.store.load("session", cookie);
    expect(session.values).toEqual({ user: "ada" });
    expect(after.store.needsSave(session)).toBe(true);
    const [reissued] = await after.store.save(session);
    expect(after.steps).toEqual(["get"]);
    const decoded = createCodec(KEYS, { now: () => START }).decode(
      "session",
      reissued?.value ?? "",
    );
    expect(decoded).toMatchObject({ id: session.id, keyIndex: 0 });
    const next = await after.store.load("session", reissued?.value ?? "");
    expect(await after.store.save(next)).toEqual([]);
  });

  it("may come from a function, which is asked again as time passes", async () => {
    let keys = keysFromStrings(OLD_KEY);
    const opened = await openStore({ keys: () => keys });
    const cookie = await loggedIn(opened, "ada");
    keys = rotated;
    opened.clock.now += 61;
    await opened.store.load("session", cookie);
    const session = await opened.store.load("session", cookie);
    expect(session.values).toEqual({ user: "ada" });
    expect(await opened.store.save(session)).toHaveLength(1);
  });
});

describe("names of sessions", () => {
  it.each(["", "a b", "a;b", "a=b", "ä", "a\n", 'a"b'])("are refused: %j", async (name) => {
    const { store } = await openStore();
    expect(() => store.create(name)).toThrow(ConfigError);
    expect(await rejection(store.load(name, "x"))).toBeInstanceOf(ConfigError);
    expect(await rejection(store.load(name, "x", { path: "/x" }))).toBeInstanceOf(ConfigError);
  });

  it("tell several sessions of one browser apart", async () => {
    const { browser } = await openStore();
    await browser.request(({ values }) => (values["a"] = 1), "one");
    await browser.request(({ values }) => (values["a"] = 2), "two");
    expect((await browser.load("one")).values).toEqual({ a: 1 });
    expect((await browser.load("two")).values).toEqual({ a: 2 });
    await browser.request((session) => session.destroy(), "one");
    expect([...browser.jar.keys()]).toEqual(["two"]);
  });

  it("are checked with the attributes of each mount, also where two names share them", async () => {
    const { store } = await openStore({ cookie: { domain: "example.com" } });
    const cookie = { path: "/app" };
    expect(() => store.create("__Host-a")).toThrow("__Host- allows no domain");
    store.create("plain", cookie);
    expect(() => store.create("__Host-a", cookie)).toThrow("__Host-");
    expect(() => store.create("a;b", cookie)).toThrow(ConfigError);
    const own = await openStore({ cookie: { path: "/app" } });
    expect(own.store.create("__Host-a", { path: "/" }).name).toBe("__Host-a");
  });
});
