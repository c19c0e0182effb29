// The promises about concurrent requests, kept over a real Redis, with two processes' stores and their own connections.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { generateKeys, keysFromStrings } from "../../../src/codec/keys.ts";
import { SessionGoneError } from "../../../src/errors.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import {
  withKeyPrefix,
  withMaxLength,
  withOperationTimeout,
} from "../../../src/options/store-options.ts";
import { createStore } from "../../../src/session/create-store.ts";
import type { RediStore } from "../../../src/session/redi-store.ts";
import type { Session } from "../../../src/session/session.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());
const prefix = `test_${randomUUID()}_`;
let stores: readonly RediStore<Values>[];

const open = (): Promise<RediStore<Values>> =>
  createStore<Values>(
    KEYS,
    withURL(inject("redisUrl")),
    withKeyPrefix(prefix),
    withMaxLength(0),
    // The machine that tests run on may be slow; what is shown here is no matter of time.
    withOperationTimeout(20),
  );

beforeAll(async () => {
  stores = await Promise.all([open(), open()]);
});

afterAll(() => Promise.all(stores.map((store) => store.close())));

/** A stored session, loaded by `count` requests, of one process and the other in turn. */
async function loadedBy(count: number): Promise<{
  cookie: string;
  loaded: readonly { readonly store: RediStore<Values>; readonly session: Session<Values> }[];
}> {
  const [store] = stores as [RediStore<Values>];
  const browser = new Browser(store);
  await browser.request(({ values }) => (values["begun"] = true));
  const cookie = browser.jar.get("session") ?? "";
  const requests = Array.from({ length: count / 2 }, () => stores).flat();
  const loaded = await Promise.all(
    requests.map(async (each) => ({ store: each, session: await each.load("session", cookie) })),
  );
  return { cookie, loaded };
}

const valuesOf = async (cookie: string): Promise<Values> => {
  const [store] = stores as [RediStore<Values>];
  return (await store.load("session", cookie)).values;
};

describe("200 requests of one session at once", () => {
  it("lose none of their writes", async () => {
    const { cookie, loaded } = await loadedBy(200);
    for (const [index, { session }] of loaded.entries()) session.values[`k${index}`] = index;
    await Promise.all(loaded.map(({ store, session }) => store.save(session)));
    expect(Object.keys(await valuesOf(cookie))).toHaveLength(201);
  });

  it("count right, with flashes and deletions beside them", async () => {
    const { cookie, loaded } = await loadedBy(200);
    await Promise.all(
      loaded.map(async ({ store, session }, index) => {
        session.addFlash(index);
        delete session.values["begun"];
        await session.update((values) => (values["n"] = Number(values["n"] ?? 0) + 1));
        return store.save(session);
      }),
    );
    const values = await valuesOf(cookie);
    expect(values["n"]).toBe(200);
    expect(new Set(values["_flash"] as number[]).size).toBe(200);
    expect("begun" in values).toBe(false);
  });
});

describe("40 slow requests that end after a logout", () => {
  it("bring nothing back, send no cookie, and are told", async () => {
    const { cookie, loaded } = await loadedBy(40);
    const [store] = stores as [RediStore<Values>];
    const logout = await store.load("session", cookie);
    expect(await store.destroy(logout)).toHaveLength(1);
    const outcomes = await Promise.allSettled(
      loaded.map(({ store: own, session }, index) => {
        session.values[`k${index}`] = index;
        return own.save(session);
      }),
    );
    const failures = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(failures).toHaveLength(40);
    expect(failures.every((failure) => failure instanceof SessionGoneError)).toBe(true);
    expect(loaded.flatMap(({ store: own, session }) => own.cookiesOwed(session))).toEqual([]);
    expect((await store.load("session", cookie)).rejected).toBe("gone");
  });

  it("bring nothing back where the logout runs among them", async () => {
    const { cookie, loaded } = await loadedBy(40);
    const [store] = stores as [RediStore<Values>];
    const before = await store.count();
    const logout = await store.load("session", cookie);
    await Promise.allSettled([
      ...loaded.slice(0, 20).map(({ store: own, session }, index) => {
        session.values[`k${index}`] = index;
        return own.save(session);
      }),
      store.destroy(logout),
      ...loaded.slice(20).map(({ store: own, session }) => own.regenerate(session, { grace: 60 })),
    ]);
    expect((await store.load("session", cookie)).rejected).toBe("gone");
    expect(await store.count()).toBe(before - 1);
  });
});

describe("requests that regenerate at once", () => {
  it("leave one session, which all of them are led to during the grace", async () => {
    const { cookie, loaded } = await loadedBy(10);
    const outcomes = await Promise.allSettled(
      loaded.map(({ store, session }) => store.regenerate(session, { grace: 60 })),
    );
    expect(outcomes.map(({ status }) => status)).not.toContain("rejected");
    const late = await Promise.all(stores.map((store) => store.load("session", cookie)));
    expect(new Set(late.map(({ id }) => id)).size).toBe(1);
    expect(late.map(({ values }) => values)).toEqual([{ begun: true }, { begun: true }]);
  });
});
