// KoaSessionStore's methods, called as koa-session and applications call them.
import {
  ConfigError,
  createStore,
  keysFromStrings,
  SerializationError,
  SessionGoneError,
  withMemory,
} from "@redistore/core";
import type { RecordsInput } from "@redistore/core/web";
import type { SessionOptions } from "koa-session";
import { describe, expect, expectTypeOf, it } from "vitest";
import { KoaSessionStore } from "../../src/koa-session/index.ts";
import { backends, openRecords } from "./application.ts";

const DAY = 86_400_000;

/** A session as koa-session passes it. */
const sessionData = (values: object = {}, maxAge = DAY) => ({
  ...values,
  _expire: Date.now() + maxAge,
  _maxAge: maxAge,
});

/** A context with a session of koa-session. */
const context = () => ({ ctx: { session: {} as object | null } });

describe.each(backends)("KoaSessionStore over %s", (_backend, connection) => {
  const open = async () => new KoaSessionStore(await openRecords(connection()));

  it("returns what was set, or undefined", async () => {
    const store = await open();
    expect(await store.get("a", DAY, context())).toBeUndefined();
    const data = sessionData({ user: { name: "ada" } });
    await store.set("a", data, DAY + 10_000, context());
    expect(await store.get("a", DAY, context())).toEqual(data);
  });

  it("merges saves of one session from two contexts", async () => {
    const store = await open();
    await store.set("a", sessionData({ kept: 1, dropped: 1 }), DAY, context());
    const [one, other] = [context(), context()];
    await store.get("a", DAY, one);
    await store.get("a", DAY, other);
    await store.set("a", sessionData({ kept: 1, dropped: 1, mine: 1 }), DAY, one);
    await store.set("a", sessionData({ kept: 1, theirs: 1 }), DAY, other);
    await store.set("a", sessionData({ kept: 1, dropped: 1, mine: 2 }), DAY, one);
    expect(await store.get("a")).toMatchObject({ kept: 1, mine: 2, theirs: 1 });
    expect(await store.get("a")).not.toHaveProperty("dropped");
  });

  it("replaces the session when it is set without a context", async () => {
    const store = await open();
    await store.set("a", sessionData({ old: 1 }), DAY);
    await store.set("a", sessionData({ fresh: 1 }), DAY);
    expect(await store.get("a")).toMatchObject({ fresh: 1 });
    expect(await store.get("a")).not.toHaveProperty("old");
  });

  it("rejects a save after another request or this one ended the session", async () => {
    const store = await open();
    await store.set("a", sessionData({ x: 1 }), DAY, context());
    const [one, other] = [context(), context()];
    await store.get("a", DAY, one);
    await store.get("a", DAY, other);
    other.ctx.session = null;
    await store.destroy("a", other);
    for (const options of [one, other, undefined]) {
      const set = store.set("a", sessionData({ x: 2 }), DAY, options);
      await expect(set).rejects.toBeInstanceOf(SessionGoneError);
    }
    expect(await store.get("a")).toBeUndefined();
  });

  it("ends a session that was destroyed while ctx.session is there and no new key follows", async () => {
    const store = await open();
    await store.set("a", sessionData({ x: 1 }), DAY, context());
    const options = context();
    await store.get("a", DAY, options);
    await store.destroy("a", options);
    await expect.poll(() => store.get("a")).toBeUndefined();
    const set = store.set("a", sessionData({ x: 2 }), DAY, options);
    await expect(set).rejects.toBeInstanceOf(SessionGoneError);
    expect(await store.get("a")).toBeUndefined();
  });

  it("stores under a new key only what the request set, if the session ended before it was regenerated", async () => {
    const store = await open();
    await store.set("a", sessionData({ x: 1, y: { old: true } }), DAY, context());
    const options = context();
    await store.get("a", DAY, options);
    await store.destroy("a");
    await store.destroy("a", options);
    for (const x of [2, 3]) {
      await store.set("b", sessionData({ x, y: { old: true } }), DAY, options);
      expect(await store.get("b")).toMatchObject({ x });
      expect(await store.get("b")).not.toHaveProperty("y");
    }
    await store.set("b", sessionData({ x: 3, y: { old: false } }), DAY, options);
    expect(await store.get("b")).toMatchObject({ x: 3, y: { old: false } });
  });
});

describe("KoaSessionStore", () => {
  it("has the type that koa-session expects", () => {
    expectTypeOf<KoaSessionStore>().toExtend<NonNullable<SessionOptions["store"]>>();
  });

  it("names the value that JSON cannot represent", async () => {
    const store = new KoaSessionStore(await openRecords());
    const failed = store.set("a", sessionData({ cart: { total: Number.NaN } }), DAY, context());
    await expect(failed).rejects.toBeInstanceOf(SerializationError);
    await expect(failed).rejects.toMatchObject({ key: "cart.total" });
  });

  it("accepts a store, records, a promise of either, and a function", async () => {
    const keys = keysFromStrings("a-key-of-32-characters-for-tests");
    const opened = await createStore(keys, withMemory());
    const sources: RecordsInput[] = [
      opened,
      opened.records,
      Promise.resolve(opened),
      async () => opened.records,
    ];
    for (const [index, source] of sources.entries()) {
      await new KoaSessionStore(source).set(`id-${index}`, sessionData(), DAY, context());
      expect(await opened.records.count()).toBe(index + 1);
    }
    await opened.close();
  });

  it("starts again with a later request, if it was given a function whose start failed", async () => {
    const records = await openRecords();
    let starts = 0;
    const store = new KoaSessionStore(async () => {
      if (++starts === 1) throw new Error("Redis is not there yet.");
      return records;
    });
    await expect(store.get("a")).rejects.toThrow("not there yet");
    expect(await store.get("a")).toBeUndefined();
    expect(starts).toBe(2);
  });

  it.each([undefined, null, "redis://localhost", { url: "redis://localhost" }])(
    "rejects anything else: %j",
    (source) => {
      expect(() => new KoaSessionStore(source as never)).toThrow(ConfigError);
    },
  );
});
