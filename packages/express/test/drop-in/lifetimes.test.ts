// How long sessions of express-session live, and that concurrent requests keep a lifetime that one of them chose.
import { randomUUID } from "node:crypto";
import {
  createRecords,
  withClient,
  withDefaultMaxAge,
  withKeyPrefix,
  withPrincipal,
} from "@redistore/core";
import type { SessionData } from "express-session";
import { createClient } from "redis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { data, openRecords, serve } from "./application.ts";

const [HOUR, MONTH] = [3_600_000, 30 * 86_400_000];

async function open(...options: Parameters<typeof createRecords>) {
  const client = createClient({ url: inject("redisUrl") });
  await client.connect();
  onTestFinished(() => client.destroy());
  const prefix = `test-${randomUUID()}:`;
  const records = await createRecords(withClient(client), withKeyPrefix(prefix), ...options);
  return {
    store: new ExpressSessionStore(records),
    records,
    client,
    key: `${prefix}a`,
    stored: () => client.get(`${prefix}a`),
    /** Seconds, rounded up to hundreds because tests may be slow. */
    ttl: async () => Math.ceil((await client.pTTL(`${prefix}a`)) / 100_000) * 100,
  };
}

type LoadedSession = SessionData & Record<string, unknown>;

function sessionData(maxAge: number | null, values: object = {}): LoadedSession {
  const expires = maxAge === null ? null : new Date(Date.now() + maxAge);
  const session: object = { cookie: { originalMaxAge: maxAge, expires, path: "/" }, ...values };
  return session as LoadedSession;
}

/** Loads session "a" as express-session's Session of one request. */
async function request(store: ExpressSessionStore): Promise<LoadedSession> {
  const session = (await store.get("a")) as SessionData;
  const req = { sessionID: "a", sessionStore: store } as never;
  return store.createSession(req, session) as SessionData as LoadedSession;
}

async function openKeptAlive() {
  const opened = await open();
  const record = opened.records.create("a");
  const cookie = { originalMaxAge: HOUR, expires: "2020-01-01T00:00:00.000Z", path: "/" };
  Object.assign(record.values, { cookie, user: "ada" });
  await record.save();
  return opened;
}

const touched = (session: LoadedSession): LoadedSession =>
  (session as LoadedSession & { touch(): LoadedSession }).touch();

describe("the lifetime of a session", () => {
  it("is that of its cookie, counted from each save and touch", async () => {
    const { store, ttl } = await open();
    await store.set("a", sessionData(HOUR));
    expect(await ttl()).toBe(3600);
    const session = await request(store);
    session.cookie.maxAge = 2 * HOUR;
    await store.touch("a", session);
    expect(await ttl()).toBe(7200);
    session["x"] = 1;
    session.cookie.maxAge = HOUR;
    await store.set("a", session);
    expect(await ttl()).toBe(3600);
  });

  it("is extended once when express-session touches what it has just saved", async () => {
    const { store, client, key, ttl } = await open();
    await store.set("a", sessionData(HOUR));
    const session = touched(await request(store));
    session["x"] = 1;
    await store.set("a", session);
    await client.pExpire(key, 100_000);
    await store.touch("a", touched(session));
    expect(await ttl()).toBe(100);
  });

  it("is never shortened by touch", async () => {
    const { store, ttl } = await open();
    await store.set("a", sessionData(HOUR));
    await store.touch("a", sessionData(1000));
    await store.touch("a", sessionData(-1000));
    expect(await ttl()).toBe(3600);
  });

  it("is withDefaultMaxAge if the session ends with the browser", async () => {
    const { store, ttl } = await open(withDefaultMaxAge(500));
    await store.set("a", sessionData(null));
    expect(await ttl()).toBe(500);
  });

  it("is over when the application expires the cookie", async () => {
    const { store } = await open();
    await store.set("a", sessionData(HOUR));
    const session = await request(store);
    session.cookie.maxAge = 0;
    await store.set("a", session);
    expect(await store.get("a")).toBeNull();
  });

  it("begins anew when loaded data is set, whatever `expires` the stored cookie has", async () => {
    const { store, records, ttl } = await open();
    const record = records.create("a");
    Object.assign(record.values, sessionData(HOUR), {
      cookie: { originalMaxAge: HOUR, expires: "2020-01-01T00:00:00.000Z", path: "/" },
    });
    await record.save();
    const session = (await store.get("a")) as LoadedSession;
    session["x"] = 1;
    await store.set("a", session);
    expect(await store.get("a")).toMatchObject({ x: 1 });
    expect(await ttl()).toBe(3600);
  });
});

describe("a session that activity kept alive past the `expires` of its stored cookie", () => {
  it("has a cookie that is still valid", async () => {
    const { store } = await openKeptAlive();
    expect((await request(store)).cookie.maxAge).toBeGreaterThan(HOUR - 10_000);
  });

  it("lives on when a cookie attribute is changed and saved, with a new lifetime", async () => {
    const { store, ttl } = await openKeptAlive();
    const session = await request(store);
    session.cookie.sameSite = "strict";
    await store.set("a", session);
    const after = await request(store);
    expect(after).toMatchObject({ user: "ada", cookie: { sameSite: "strict" } });
    expect(after.cookie.maxAge).toBeGreaterThan(HOUR - 10_000);
    expect(await ttl()).toBe(3600);
  });

  it("ends when the application expires the cookie", async () => {
    const { store } = await openKeptAlive();
    const session = await request(store);
    session.cookie.maxAge = 0;
    await store.set("a", session);
    expect(await store.get("a")).toBeNull();
  });
});

describe("the cookie in a session", () => {
  it("renews its stored `expires` with other changes, and not alone", async () => {
    const { store, stored } = await open();
    await store.set("a", sessionData(HOUR));
    const before = await stored();
    await store.set("a", touched(await request(store)));
    expect(await stored()).toBe(before);
    const session = touched(await request(store));
    session["x"] = 1;
    await store.set("a", session);
    const expires = JSON.stringify(session.cookie.expires);
    expect(await stored()).toContain(`"expires":${expires}`);
  });

  it.each([
    ["before", "only renews it", HOUR],
    ["after", "only renews it", HOUR],
    ["before", "leaves it alone", null],
    ["after", "leaves it alone", null],
  ] as const)(
    'keeps the "remember me" of one request %s another one that %s',
    async (order, _does, maxAge) => {
      const { store, ttl } = await open();
      await store.set("a", sessionData(maxAge, { x: 1 }));
      const [remember, other] = [await request(store), await request(store)];
      remember.cookie.maxAge = MONTH;
      remember["user"] = "ada";
      touched(other)["x"] = 2;
      const both = order === "before" ? [remember, other] : [other, remember];
      for (const session of both) await store.set("a", session);
      const after = await request(store);
      expect(after).toMatchObject({ user: "ada", x: 2 });
      expect(Number(after.cookie.originalMaxAge)).toBeGreaterThan(MONTH - 1000);
      expect(await ttl()).toBe(MONTH / 1000);
    },
  );
});

describe("express-session with resave", () => {
  it("keeps another request's change when it saves unchanged data", async () => {
    const records = await openRecords();
    const { browser, store } = await serve({ records, session: { resave: true } }, (app) => {
      app.get("/start", (req, res) => {
        data(req)["x"] = 1;
        res.end();
      });
      app.get("/read", async (req, res) => {
        const other = (await store.get(req.sessionID)) as LoadedSession;
        other["x"] = 2;
        await store.set(req.sessionID, other);
        res.json(data(req)["x"]);
      });
      app.get("/reload", (req, res, next) => {
        req.session.reload((error: unknown) => (error ? next(error) : res.json(data(req)["x"])));
      });
    });
    await browser.visit("/start");
    expect((await browser.visit("/read")).text).toBe("1");
    expect((await browser.visit("/reload")).text).toBe("2");
  });
});

describe("the option ttl", () => {
  it("decides the lifetime by the values, at each save and touch, in place of the cookie's", async () => {
    const { records, ttl } = await open();
    const store = new ExpressSessionStore(records, {
      ttl: (values) => (values["remembered"] === true ? 7200 : 600),
    });
    await store.set("a", sessionData(HOUR));
    expect(await ttl()).toBe(600);
    const session = await request(store);
    session["remembered"] = true;
    await store.set("a", session);
    expect(await ttl()).toBe(7200);
    await store.touch("a", await request(store));
    expect(await ttl()).toBe(7200);
  });

  it("ends the session where it is 0 or less", async () => {
    const { records } = await open();
    const store = new ExpressSessionStore(records, { ttl: ({ over }) => (over === true ? 0 : 60) });
    await store.set("a", sessionData(HOUR));
    const session = await request(store);
    session["over"] = true;
    await store.set("a", session);
    expect(await store.get("a")).toBeNull();
  });

  it("is refused if it is no function, or returns no seconds", async () => {
    const { records } = await open();
    expect(() => new ExpressSessionStore(records, { ttl: 60 as never })).toThrow(
      /ttl is 60. It takes a function/,
    );
    expect(() => new ExpressSessionStore(records, { prefix: "sess:" } as never)).toThrow(
      /no option "prefix"/,
    );
    const store = new ExpressSessionStore(records, { ttl: () => Number.NaN });
    await expect(store.set("a", sessionData(HOUR))).rejects.toThrow(/ttl returned NaN/);
  });
});

describe("the sessions of a user", () => {
  it("are listed with the time of their last use by the cookie's lifetime, and can be ended", async () => {
    const named = withPrincipal(({ user }: { user?: string }) => user);
    const { store } = await open(named);
    const before = Date.now();
    await store.set("a", sessionData(HOUR, { user: "ada" }));
    const ada = await store.principal("ada");
    const [listed, ...others] = await ada.sessions();
    expect(others).toEqual([]);
    expect(Math.abs(Number(listed?.lastSeenAt) - before)).toBeLessThan(5000);
    expect(await ada.destroyAll()).toBe(1);
    expect(await store.get("a")).toBeNull();
  });
});
