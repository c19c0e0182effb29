// The contract of a store of koa-session, called as koa-session and its users call it.
import {
  ConfigError,
  createStore,
  keysFromStrings,
  SerializationError,
  SessionGoneError,
  withMemory,
} from "@redistore/core";
import type { SessionOptions } from "koa-session";
import { describe, expect, expectTypeOf, it } from "vitest";
import { KoaSessionStore, type SessionsSource } from "../../src/koa-session/index.ts";
import { backends, openRecords } from "./stage.ts";

const DAY = 86_400_000;

/** What koa-session hands over. */
const held = (values: object = {}, maxAge = DAY) => ({
  ...values,
  _expire: Date.now() + maxAge,
  _maxAge: maxAge,
});

/** A context, in which koa-session has a session. */
const context = () => ({ ctx: { session: {} as object | null } });

describe.each(backends)("KoaSessionStore over %s", (_backend, connection) => {
  const open = async () => new KoaSessionStore(await openRecords(connection()));

  it("gives what was set, and undefined where there is nothing", async () => {
    const store = await open();
    expect(await store.get("a", DAY, context())).toBeUndefined();
    const data = held({ user: { name: "ada" } });
    await store.set("a", data, DAY + 10_000, context());
    expect(await store.get("a", DAY, context())).toEqual(data);
  });

  it("merges the sets of one session in two contexts, again and again", async () => {
    const store = await open();
    await store.set("a", held({ kept: 1, dropped: 1 }), DAY, context());
    const [one, other] = [context(), context()];
    await store.get("a", DAY, one);
    await store.get("a", DAY, other);
    await store.set("a", held({ kept: 1, dropped: 1, mine: 1 }), DAY, one);
    await store.set("a", held({ kept: 1, theirs: 1 }), DAY, other);
    await store.set("a", held({ kept: 1, dropped: 1, mine: 2 }), DAY, one);
    expect(await store.get("a")).toMatchObject({ kept: 1, mine: 2, theirs: 1 });
    expect(await store.get("a")).not.toHaveProperty("dropped");
  });

  it("replaces the whole where no context tells what is to be merged", async () => {
    const store = await open();
    await store.set("a", held({ old: 1 }), DAY);
    await store.set("a", held({ fresh: 1 }), DAY);
    expect(await store.get("a")).toMatchObject({ fresh: 1 });
    expect(await store.get("a")).not.toHaveProperty("old");
  });

  it("stores nothing in a session that was ended, by another request or by this one", async () => {
    const store = await open();
    await store.set("a", held({ x: 1 }), DAY, context());
    const [one, other] = [context(), context()];
    await store.get("a", DAY, one);
    await store.get("a", DAY, other);
    other.ctx.session = null;
    await store.destroy("a", other);
    for (const options of [one, other, undefined]) {
      const set = store.set("a", held({ x: 2 }), DAY, options);
      await expect(set).rejects.toBeInstanceOf(SessionGoneError);
    }
    expect(await store.get("a")).toBeUndefined();
  });

  it("does not bring back what was destroyed while koa-session had a session, as for a new key", async () => {
    const store = await open();
    await store.set("a", held({ x: 1 }), DAY, context());
    const options = context();
    await store.get("a", DAY, options);
    await store.destroy("a", options);
    expect(await store.get("a")).toBeUndefined();
    const set = store.set("a", held({ x: 2 }), DAY, options);
    await expect(set).rejects.toBeInstanceOf(SessionGoneError);
    expect(await store.get("a")).toBeUndefined();
  });

  it("refuses a new key again where the session was ended on its way to it", async () => {
    const store = await open();
    await store.set("a", held({ x: 1 }), DAY, context());
    const options = context();
    await store.get("a", DAY, options);
    await store.destroy("a", options);
    await store.destroy("a");
    for (const x of [2, 3]) {
      const set = store.set("b", held({ x }), DAY, options);
      await expect(set).rejects.toBeInstanceOf(SessionGoneError);
    }
    expect(await store.get("b")).toBeUndefined();
  });
});

describe("KoaSessionStore", () => {
  it("is what koa-session's types ask for", () => {
    expectTypeOf<KoaSessionStore>().toExtend<NonNullable<SessionOptions["store"]>>();
  });

  it("names the value that JSON cannot hold", async () => {
    const store = new KoaSessionStore(await openRecords());
    const failed = store.set("a", held({ cart: { total: Number.NaN } }), DAY, context());
    await expect(failed).rejects.toBeInstanceOf(SerializationError);
    await expect(failed).rejects.toMatchObject({ key: "cart.total" });
  });

  it("takes a store as well as records, and a promise of either", async () => {
    const keys = keysFromStrings("a-key-of-32-characters-for-tests");
    const opened = await createStore(keys, withMemory());
    const sources: SessionsSource[] = [opened, opened.records, Promise.resolve(opened)];
    for (const [index, source] of sources.entries()) {
      await new KoaSessionStore(source).set(`id-${index}`, held(), DAY, context());
      expect(await opened.records.count()).toBe(index + 1);
    }
    await opened.close();
  });

  it.each([undefined, null, "redis://localhost", { url: "redis://localhost" }])(
    "refuses anything else: %j",
    (source) => {
      expect(() => new KoaSessionStore(source as never)).toThrow(ConfigError);
    },
  );
});
