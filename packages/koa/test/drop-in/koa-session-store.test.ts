// KoaSessionStore's methods, called as koa-session and applications call them.
import { SessionGoneError } from "@redistore/core";
import type { SessionOptions } from "koa-session";
import { describe, expect, expectTypeOf, it } from "vitest";
import { dropInStoreSuite } from "../../../../test/drop-in/store-suite.ts";
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

it("has the type that koa-session expects", () => {
  expectTypeOf<KoaSessionStore>().toExtend<NonNullable<SessionOptions["store"]>>();
});

dropInStoreSuite("KoaSessionStore", (records) => {
  const store = new KoaSessionStore(records);
  return {
    get: (key) => store.get(key),
    set: (key, values) => store.set(key, sessionData(values), DAY, context()),
  };
});
