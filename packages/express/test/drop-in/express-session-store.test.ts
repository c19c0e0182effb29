// The contract of a store of express-session, called as express-session and its users call it.
import { once } from "node:events";
import {
  ConfigError,
  createStore,
  keysFromStrings,
  SerializationError,
  SessionGoneError,
  withMemory,
} from "@redistore/core";
import type { SessionData } from "express-session";
import { describe, expect, it } from "vitest";
import { ExpressSessionStore, type SessionsSource } from "../../src/express-session/index.ts";
import { backends, openRecords } from "./stage.ts";

const HOUR = 3_600_000;

/** What express-session hands over, as JSON. */
function held(values: object = {}): SessionData {
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

  it("gives null where there is no session", async () => {
    const { store } = await open();
    expect(await store.get("a")).toBeNull();
  });

  it("gives what was set, with its cookie", async () => {
    const { store } = await open();
    const session = held({ user: { name: "ada" }, __proto__: 1 });
    await store.set("a", session);
    expect(await store.get("a")).toEqual(JSON.parse(JSON.stringify(session)));
  });

  it("merges what is set on a session that it gave", async () => {
    const { store } = await open();
    await store.set("a", held({ kept: 1, dropped: 1, changed: 1 }));
    const [one, other] = [await loaded(store, "a"), await loaded(store, "a")];
    Object.assign(one, { mine: 1, changed: 2 });
    delete other["dropped"];
    Object.assign(other, { theirs: 1 });
    await Promise.all([store.set("a", one), store.set("a", other)]);
    const { cookie: _, ...values } = await loaded(store, "a");
    expect(values).toEqual({ kept: 1, changed: 2, mine: 1, theirs: 1 });
  });

  it("merges again what is set a second time", async () => {
    const { store } = await open();
    await store.set("a", held());
    const [one, other] = [await loaded(store, "a"), await loaded(store, "a")];
    one["first"] = 1;
    await store.set("a", one);
    other["theirs"] = 1;
    await store.set("a", other);
    one["second"] = 1;
    await store.set("a", one);
    expect(await loaded(store, "a")).toMatchObject({ first: 1, theirs: 1, second: 1 });
  });

  it("replaces the whole by an object that it never gave", async () => {
    const { store } = await open();
    await store.set("a", held({ old: 1 }));
    await store.set("a", held({ fresh: 1 }));
    expect(await loaded(store, "a")).not.toHaveProperty("old");
    expect(await loaded(store, "a")).toMatchObject({ fresh: 1 });
  });

  it("copies a session that it gave to another id", async () => {
    const { store } = await open();
    await store.set("a", held({ x: 1 }));
    await store.set("b", await loaded(store, "a"));
    expect(await loaded(store, "b")).toMatchObject({ x: 1 });
    expect(await loaded(store, "a")).toMatchObject({ x: 1 });
  });

  it("stores nothing in a session that was ended meanwhile, and says so", async () => {
    const { store } = await open();
    await store.set("a", held({ x: 1 }));
    const session = await loaded(store, "a");
    await store.destroy("a");
    session["x"] = 2;
    for (const late of [session, held()]) {
      await expect(store.set("a", late, () => undefined)).rejects.toBeInstanceOf(SessionGoneError);
    }
    expect(await store.get("a")).toBeNull();
    expect(await store.length()).toBe(0);
  });

  it("has no complaint about an ended session where there is nothing to store", async () => {
    const { store } = await open();
    await store.set("a", held({ x: 1 }));
    const session = await loaded(store, "a");
    await store.destroy("a");
    await store.destroy("a");
    await store.set("a", session);
    await store.touch("a", session);
    expect(await store.length()).toBe(0);
  });

  it("creates nothing by a touch", async () => {
    const { store } = await open();
    await store.touch("a", held({ x: 1 }));
    expect(await store.get("a")).toBeNull();
  });

  it("lists, counts and clears what it holds, and nothing else", async () => {
    const [{ store }, { store: other }] = [await open(), await open()];
    const ids = Array.from({ length: 120 }, (_, each) => `id-${each}`);
    await Promise.all(ids.map((id) => store.set(id, held({ of: id }))));
    await other.set("other", held());
    expect(new Set(await store.ids())).toEqual(new Set(ids));
    expect(await store.length()).toBe(120);
    const all = (await store.all()) as (SessionData & Record<string, unknown>)[];
    expect(new Set(all.map((session) => session["id"]))).toEqual(new Set(ids));
    expect(all.every((session) => session["of"] === session["id"])).toBe(true);
    await store.clear();
    expect(await store.length()).toBe(0);
    expect(await other.length()).toBe(1);
  });

  it("gives a cookie to what was stored without one", async () => {
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
  it("answers callbacks as express-session expects it", async () => {
    const store = new ExpressSessionStore(openRecords());
    await new Promise((resolve) => void store.set("a", held({ x: 1 }), resolve));
    const answer = await new Promise((resolve) => {
      void store.get("a", (error, session) => resolve([error, session]));
    });
    expect(answer).toMatchObject([null, { x: 1 }]);
  });

  it("names the value that JSON cannot hold", async () => {
    const store = new ExpressSessionStore(await openRecords());
    const failed = store.set("a", held({ cart: { total: Number.NaN } }), () => undefined);
    await expect(failed).rejects.toBeInstanceOf(SerializationError);
    await expect(failed).rejects.toMatchObject({ key: "cart.total" });
  });

  it("warns of a failure that has no callback to go to", async () => {
    const records = await openRecords();
    const store = new ExpressSessionStore(records);
    await records.close();
    const warned = once(process, "warning");
    const failed = store.destroy("a");
    expect(await warned).toMatchObject([{ name: "RedistoreWarning" }]);
    await expect(failed).rejects.toMatchObject({ code: "ERR_REDISTORE_UNAVAILABLE" });
  });

  it("takes a store as well as records, and a promise of either", async () => {
    const keys = keysFromStrings("a-key-of-32-characters-for-tests");
    const opened = await createStore(keys, withMemory());
    const sources: SessionsSource[] = [opened, opened.records, Promise.resolve(opened)];
    for (const [index, source] of sources.entries()) {
      await new ExpressSessionStore(source).set(`id-${index}`, held());
      expect(await opened.records.count()).toBe(index + 1);
    }
    await opened.close();
  });

  it.each([undefined, null, "redis://localhost", { client: {}, prefix: "sess:" }])(
    "refuses anything else: %j",
    (source) => {
      expect(() => new ExpressSessionStore(source as never)).toThrow(ConfigError);
    },
  );
});
