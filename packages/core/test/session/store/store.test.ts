// The store as a whole, opened as applications open it.
import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import { generateKeys, keysFromStrings } from "../../../src/codec/keys.ts";
import { ConfigError, SerializationError, StoreUnavailableError } from "../../../src/errors.ts";
import { withMemory, withURL } from "../../../src/options/connection-options.ts";
import { withDefaultMaxAge } from "../../../src/options/lifetime-options.ts";
import {
  withClock,
  withConcurrency,
  withCookieName,
  withKeyPrefix,
  withMaxAge,
  withMaxLength,
  withPath,
  withSerializer,
  withSessionOptions,
} from "../../../src/options/store-options.ts";
import { structuredSerializer } from "../../../src/serializers/structured.ts";
import { createRecords, createStore } from "../../../src/session/create-store.ts";
import { rejection } from "../records/steps.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());
const collectIds = async (ids: AsyncIterable<string>): Promise<string[]> => {
  const found: string[] = [];
  for await (const id of ids) found.push(id);
  return found;
};

describe("createStore", () => {
  it("has Go's defaults, where they are safe", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    expect(store.defaultName).toBe("session");
    const session = store.create();
    expect(session.name).toBe("session");
    expect(session.options).toMatchObject({ path: "/", maxAge: 30 * 86_400, httpOnly: true });
    session.values["large"] = "x".repeat(4096);
    expect(String(await rejection(store.save(session)))).toContain("over the limit of 4096");
  });

  it("takes every option it lists", async () => {
    let now = 2_000_000_000;
    const store = await createStore<Values>(
      KEYS,
      withMemory(),
      withClock(() => now),
      withMaxAge(60),
      withDefaultMaxAge(5),
      withMaxLength(0),
      withKeyPrefix("app_"),
      withSerializer(structuredSerializer),
      withConcurrency("fail"),
      withCookieName("sid"),
      withPath("/app"),
      withSessionOptions({ sameSite: "strict" }),
    );
    const browser = new Browser(store);
    const [cookie] = await browser.request(({ values }) => (values["at"] = new Date(0)));
    expect(String(cookie)).toMatch(/^sid=[^;]+; Path=\/app; Expires=.*; Max-Age=60; .*Strict$/);
    const [one, two] = [await browser.load(), await browser.load()];
    expect(one.values).toEqual({ at: new Date(0) });
    one.values["a"] = "x".repeat(5000);
    two.values["b"] = 1;
    await store.save(one);
    expect(await rejection(store.save(two))).toMatchObject({ code: "ERR_REDISTORE_CONFLICT" });
    one.options.maxAge = 0;
    await store.save(one);
    now += 5;
    expect((await browser.load()).isNew).toBe(true);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["no connection", () => createStore(KEYS), "onnection"],
    ["no keys", () => createStore([], withMemory()), "No keys"],
    ["no keys at all", () => createStore(undefined as never, withMemory()), "keys"],
    [
      "a key of a wrong length",
      () => createStore(keysFromStrings("a", "b"), withMemory()),
      "pair 1",
    ],
    [
      "a name and attributes that browsers refuse",
      () => createStore(KEYS, withMemory(), withCookieName("__Host-a"), withPath("/app")),
      "__Host-",
    ],
  ])("rejects at the start what cannot work: %s", async (_, open, word) => {
    const failure = await rejection(open());
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(word);
  });

  it("rejects soon if no server replies", async () => {
    const failure = await rejection(createStore(KEYS, withURL("redis://127.0.0.1:1")));
    expect(failure).toBeInstanceOf(StoreUnavailableError);
  });
});

describe("a store", () => {
  it("lists, counts and closes", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) {
      const session = store.create();
      session.values["n"] = count;
      await store.save(session);
      ids.push(session.id);
    }
    expect((await collectIds(store.ids())).toSorted()).toEqual(ids.toSorted());
    expect(await store.count()).toBe(3);
    expect(await store.records.count()).toBe(3);
    expect(await store.records.destroy(ids[0] ?? "")).toBe(true);
    expect(await store.count()).toBe(2);
    expect(await store.health()).toMatchObject({ ok: true });
    await store.close();
    await store.close();
    expect(await store.health()).toMatchObject({ ok: false });
    expect(await rejection(store.count())).toBeInstanceOf(StoreUnavailableError);
  });

  it("is closed at the end of a block that uses it", async () => {
    let outside;
    {
      await using store = await createStore<Values>(KEYS, withMemory());
      outside = store;
      expect(await store.health()).toMatchObject({ ok: true });
    }
    expect(await outside.health()).toMatchObject({ ok: false });
  });

  it("that is closed rejects every operation, and makes no browser drop its cookie", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const browser = new Browser(store);
    await browser.request(({ values }) => (values["a"] = 1));
    const session = await browser.load();
    await store.close();
    session.values["a"] = 2;
    for (const act of [
      store.save(session),
      store.destroy(session),
      store.regenerate(session),
      browser.load(),
    ]) {
      expect(await rejection(act)).toBeInstanceOf(StoreUnavailableError);
    }
    expect(store.cookiesOwed(session)).toEqual([]);
    expect((await store.load("session")).isNew).toBe(true);
  });

  it("reports a record that it cannot read, in place of an empty session", async () => {
    const shared = [withURL(inject("redisUrl")), withKeyPrefix(`test_${randomUUID()}_`)];
    await using store = await createStore<Values>(KEYS, ...shared);
    await using other = await createStore<Values>(
      KEYS,
      ...shared,
      withSerializer(structuredSerializer),
    );
    const browser = new Browser(store);
    await browser.request(({ values }) => (values["a"] = 1));
    const failure = await rejection(other.load("session", browser.jar.get("session")));
    expect(failure).toBeInstanceOf(SerializationError);
    expect(String(failure)).toContain("withKeyPrefix");
    expect((await browser.load()).values).toEqual({ a: 1 });
  });
});

describe("createRecords", () => {
  it("has no length limit and keeps browser sessions for a day", async () => {
    let now = 2_000_000_000;
    const records = await createRecords(
      withMemory(),
      withClock(() => now),
      withMaxAge(0),
    );
    const record = records.create("chosen-by-caller");
    Object.assign(record.values, { large: "x".repeat(100_000) });
    await record.save();
    expect(record.id).toBe("chosen-by-caller");
    now += 86_399;
    expect((await records.load("chosen-by-caller")).state).toBe("live");
    now += 1;
    expect((await records.load("chosen-by-caller")).state).toBe("new");
    await records.close();
  });

  it.each([withPath("/a"), withCookieName("sid"), withSessionOptions({ secure: true })])(
    "refuses options of cookies, of which it makes none",
    async (option) => {
      const failure = await rejection(createRecords(withMemory(), option));
      expect(failure).toBeInstanceOf(ConfigError);
      expect(String(failure)).toContain("createRecords");
    },
  );
});
