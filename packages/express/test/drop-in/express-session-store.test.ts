// ExpressSessionStore's methods, called as express-session and applications call them.
import { once } from "node:events";
import { SessionGoneError } from "@redistore/core";
import type { SessionData } from "express-session";
import { describe, expect, it, onTestFinished } from "vitest";
import { dropInStoreSuite } from "../../../../test/drop-in/store-suite.ts";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { backends, openRecords } from "./application.ts";

const HOUR = 3_600_000;

/** A session as express-session passes it, as JSON. */
function sessionData(values: object = {}): SessionData {
  const cookie = { originalMaxAge: HOUR, expires: new Date(Date.now() + HOUR), path: "/" };
  const session: object = { cookie, ...values };
  return session as SessionData;
}

const loaded = async (store: ExpressSessionStore, sid: string) =>
  (await store.get(sid)) as SessionData & Record<string, unknown>;

describe.each(backends)("ExpressSessionStore over %s", (_backend, connection) => {
  async function open() {
    const records = await openRecords(connection());
    return { records, store: new ExpressSessionStore(records) };
  }

  it("returns null if there is no session", async () => {
    const { store } = await open();
    expect(await store.get("a")).toBeNull();
  });

  it("returns what was set, with the cookie", async () => {
    const { store } = await open();
    const session = sessionData({ user: { name: "ada" }, __proto__: 1 });
    await store.set("a", session);
    expect(await store.get("a")).toEqual(JSON.parse(JSON.stringify(session)));
  });

  it("merges saves of a session that it returned", async () => {
    const { store } = await open();
    await store.set("a", sessionData({ kept: 1, dropped: 1, changed: 1 }));
    const [one, other] = [await loaded(store, "a"), await loaded(store, "a")];
    Object.assign(one, { mine: 1, changed: 2 });
    delete other["dropped"];
    Object.assign(other, { theirs: 1 });
    await Promise.all([store.set("a", one), store.set("a", other)]);
    const { cookie: _, ...values } = await loaded(store, "a");
    expect(values).toEqual({ kept: 1, changed: 2, mine: 1, theirs: 1 });
  });

  it("merges a second save of the same object", async () => {
    const { store } = await open();
    await store.set("a", sessionData());
    const [one, other] = [await loaded(store, "a"), await loaded(store, "a")];
    one["first"] = 1;
    await store.set("a", one);
    other["theirs"] = 1;
    await store.set("a", other);
    one["second"] = 1;
    await store.set("a", one);
    expect(await loaded(store, "a")).toMatchObject({ first: 1, theirs: 1, second: 1 });
  });

  it("replaces the session when it is set from an unknown object", async () => {
    const { store } = await open();
    await store.set("a", sessionData({ old: 1 }));
    await store.set("a", sessionData({ fresh: 1 }));
    expect(await loaded(store, "a")).not.toHaveProperty("old");
    expect(await loaded(store, "a")).toMatchObject({ fresh: 1 });
  });

  it("copies a session that it returned to another id", async () => {
    const { store } = await open();
    await store.set("a", sessionData({ x: 1 }));
    await store.set("b", await loaded(store, "a"));
    expect(await loaded(store, "b")).toMatchObject({ x: 1 });
    expect(await loaded(store, "a")).toMatchObject({ x: 1 });
  });

  it("rejects a save after the session has ended, and stores nothing", async () => {
    const { store } = await open();
    await store.set("a", sessionData({ x: 1 }));
    const session = await loaded(store, "a");
    await store.destroy("a");
    session["x"] = 2;
    for (const late of [session, sessionData()]) {
      await expect(store.set("a", late, () => undefined)).rejects.toBeInstanceOf(SessionGoneError);
    }
    expect(await store.get("a")).toBeNull();
    expect(await store.length()).toBe(0);
  });

  it("accepts a save without changes after the session has ended", async () => {
    const { store } = await open();
    await store.set("a", sessionData({ x: 1 }));
    const session = await loaded(store, "a");
    await store.destroy("a");
    await store.destroy("a");
    await store.set("a", session);
    await store.touch("a", session);
    expect(await store.length()).toBe(0);
  });

  it("creates nothing on touch", async () => {
    const { store } = await open();
    await store.touch("a", sessionData({ x: 1 }));
    expect(await store.get("a")).toBeNull();
  });

  it("lists, counts and clears its own sessions only", async () => {
    const [{ store }, { store: other }] = [await open(), await open()];
    const ids = Array.from({ length: 120 }, (_, each) => `id-${each}`);
    await Promise.all(ids.map((id) => store.set(id, sessionData({ of: id }))));
    await other.set("other", sessionData());
    expect(new Set(await store.ids())).toEqual(new Set(ids));
    expect(await store.length()).toBe(120);
    const all = (await store.all()) as (SessionData & Record<string, unknown>)[];
    expect(new Set(all.map((session) => session["id"]))).toEqual(new Set(ids));
    expect(all.every((session) => session["of"] === session["id"])).toBe(true);
    await store.clear();
    expect(await store.length()).toBe(0);
    expect(await other.length()).toBe(1);
  });

  it("adds a cookie to a session that was stored without one", async () => {
    const { store, records } = await open();
    const record = records.create("a");
    Object.assign(record.values, { user: "ada" });
    await record.save();
    const session = await loaded(store, "a");
    expect(session).toEqual({ cookie: { originalMaxAge: null }, user: "ada" });
    await store.set("a", store.createSession({ sessionID: "a" } as never, session));
    expect({ ...(await records.load("a")).values }).toEqual({ user: "ada" });
  });
});

describe("ExpressSessionStore", () => {
  it("calls callbacks with (error, result)", async () => {
    const store = new ExpressSessionStore(openRecords());
    await new Promise((resolve) => void store.set("a", sessionData({ x: 1 }), resolve));
    const result = await new Promise((resolve) => {
      void store.get("a", (error, session) => resolve([error, session]));
    });
    expect(result).toMatchObject([null, { x: 1 }]);
  });

  it("warns of a failure that no callback and no await observes", async () => {
    const records = await openRecords();
    const store = new ExpressSessionStore(records);
    await records.close();
    const warned = once(process, "warning");
    const failed = store.destroy("a");
    expect(await warned).toMatchObject([{ name: "RedistoreWarning" }]);
    await expect(failed).rejects.toMatchObject({ code: "ERR_REDISTORE_UNAVAILABLE" });
  });

  it("does not warn of an error that the caller awaits or catches", async () => {
    const records = await openRecords();
    const store = new ExpressSessionStore(records);
    await records.close();
    const warnings: unknown[] = [];
    const note = (warning: unknown): number => warnings.push(warning);
    process.on("warning", note);
    onTestFinished(() => void process.off("warning", note));
    await expect(store.destroy("a")).rejects.toMatchObject({ status: 503 });
    expect(await store.set("a", sessionData()).catch((error: unknown) => error)).toMatchObject({
      status: 503,
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });
});

dropInStoreSuite("ExpressSessionStore", (records) => {
  const store = new ExpressSessionStore(records);
  return {
    get: (sid) => store.get(sid),
    set: (sid, values) => store.set(sid, sessionData(values)),
  };
});
