// withAnonymousMaxAge: sessions that belong to no principal have a shorter life, in the browser and in the backend.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { withMemory, withURL } from "../../src/options/connection-options.ts";
import { withAnonymousMaxAge, withDefaultMaxAge } from "../../src/options/lifetime-options.ts";
import { withClock, withKeyPrefix, withMaxAge } from "../../src/options/store-options.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";
import type { SetCookie } from "../../src/cookies/set-cookie.ts";
import type { RediStore } from "../../src/session/redi-store.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings("k".repeat(32));
const SHORT = 600;
const LONG = 86_400;

async function open(...options: OptionalStoreOption[]) {
  const clock = { now: 2_000_000_000 };
  const store = await createStore<Values>(
    KEYS,
    withMemory(),
    withClock(() => clock.now),
    withMaxAge(LONG),
    withAnonymousMaxAge(SHORT),
    options,
  );
  return { store, clock };
}

const maxAgeOf = ([cookie]: readonly SetCookie[]): string | undefined =>
  /; Max-Age=(\d+)/.exec(String(cookie))?.[1];

/** Begins a session, and gives the value of its cookie. */
async function begin(store: RediStore<Values>): Promise<string> {
  const session = store.create();
  session.values["cart"] = 1;
  const [cookie] = await store.save(session);
  return cookie?.value ?? "";
}

describe("a session without a principal", () => {
  it("lives in the browser and in the store for withAnonymousMaxAge after its last save", async () => {
    const { store, clock } = await open();
    const session = store.create();
    session.values["cart"] = 1;
    const cookies = await store.save(session);
    expect(maxAgeOf(cookies)).toBe(String(SHORT));
    const value = cookies[0]?.value ?? "";
    clock.now += SHORT - 1;
    const later = await store.load("session", value);
    later.values["cart"] = 2;
    expect(maxAgeOf(await store.save(later))).toBe(String(SHORT));
    clock.now += SHORT - 1;
    expect((await store.load("session", value)).isNew).toBe(false);
    clock.now += 1;
    expect((await store.load("session", value)).isNew).toBe(true);
  });

  it.each([
    ["a shorter maxAge of its own", 60, "60", 60],
    ["a longer one", LONG, String(SHORT), SHORT],
    ["one that ends with the browser", 0, undefined, SHORT],
  ])("with %s", async (_, maxAge, sent, kept) => {
    const { store, clock } = await open(withDefaultMaxAge(1200));
    const session = store.create();
    session.values["cart"] = 1;
    session.options.maxAge = maxAge;
    const cookies = await store.save(session);
    expect(maxAgeOf(cookies)).toBe(sent);
    clock.now += kept - 1;
    expect(await store.count()).toBe(1);
    clock.now += 1;
    expect(await store.count()).toBe(0);
  });

  it("has no shorter life than others without the option", async () => {
    const store = await createStore<Values>(KEYS, withMemory(), withMaxAge(LONG));
    const session = store.create();
    session.values["cart"] = 1;
    expect(maxAgeOf(await store.save(session))).toBe(String(LONG));
  });
});

describe("a login that names the principal", () => {
  it.each([
    ["keeps the data", {}],
    ["keeps nothing", { keep: false }],
  ])("begins the full lifetime if it %s", async (_, options) => {
    const { store, clock } = await open();
    const session = await store.load("session", await begin(store));
    // Reading the options, as frameworks do, chooses no lifetime.
    expect(session.options.maxAge).toBe(SHORT);
    const cookies = await store.regenerate(session, { principal: "ada", ...options });
    expect([session.options.maxAge, maxAgeOf(cookies)]).toEqual([LONG, String(LONG)]);
    clock.now += LONG - 1;
    const later = await store.load("session", cookies[0]?.value ?? "");
    expect([later.principal, later.options.maxAge]).toEqual(["ada", LONG]);
  });

  it("keeps the lifetime that was chosen for the session before", async () => {
    const { store } = await open();
    const session = await store.load("session", await begin(store));
    session.options.maxAge = 7000;
    await store.save(session);
    expect(maxAgeOf(await store.regenerate(session, { principal: "ada" }))).toBe("7000");
  });

  it("is over with a regeneration that keeps nothing and names none", async () => {
    const { store, clock } = await open();
    const session = store.create();
    await store.regenerate(session, { principal: "ada" });
    session.values["left"] = 1;
    expect(maxAgeOf(await store.regenerate(session, { keep: false }))).toBe(String(SHORT));
    clock.now += SHORT;
    expect(await store.count()).toBe(0);
  });
});

it("gives records in Redis the shorter expiry, until the login", async () => {
  const prefix = `test_${randomUUID()}_`;
  const redis = new Redis(inject("redisUrl"));
  const records = await createRecords<Values>(
    withURL(inject("redisUrl")),
    withKeyPrefix(prefix),
    withMaxAge(LONG),
    withAnonymousMaxAge(SHORT),
  );
  onTestFinished(async () => {
    await redis.quit();
    await records.close();
  });
  const left = async (id: string): Promise<number> =>
    Math.ceil((await redis.pttl(prefix + id)) / 100_000) * 100;
  const record = records.create();
  record.values["cart"] = 1;
  await record.save();
  expect(await left(record.id)).toBe(SHORT);
  await record.touch();
  expect(await left(record.id)).toBe(SHORT);
  await record.regenerate({ principal: "ada" });
  expect(await left(record.id)).toBe(LONG);
  // The stores for other libraries give the lifetime that their host decides.
  const hosted = records.create();
  hosted.values["cart"] = 1;
  hosted.lifetime = 5000;
  await hosted.save();
  expect(await left(hosted.id)).toBe(5000);
});
