// Migration from connect-redis and back: both stores read and write the same sessions.
import { randomUUID } from "node:crypto";
import { createRecords, type Records, withClient, withKeyPrefix } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import { RedisStore } from "connect-redis";
import express, { type Express } from "express";
import session, { type Store } from "express-session";
import { createClient } from "redis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { data, visit } from "./application.ts";

type Client = Awaited<ReturnType<typeof openClient>>;

async function openClient() {
  const client = createClient({ url: inject("redisUrl") });
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

interface Both {
  readonly client: Client;
  readonly prefix: string;
  readonly theirs: RedisStore;
  readonly ours: ExpressSessionStore;
  readonly records: Records<object>;
}

/** Both stores over one client of node-redis and the same keys. The prefix is unique because tests share their Redis. */
async function openBoth(prefix = `sess:${randomUUID()}:`): Promise<Both> {
  const client = await openClient();
  const records = await createRecords<object>(withClient(client), withKeyPrefix(prefix));
  const theirs = connectRedis(client, prefix);
  return { client, prefix, theirs, ours: new ExpressSessionStore(records), records };
}

/** connect-redis' types do not fit `exactOptionalPropertyTypes`. */
function connectRedis(client: Client, prefix: string, options = {}): RedisStore {
  return new RedisStore({ client: client as never, prefix, ...options });
}

/** Starts an application that stores each visit in `store`. */
async function start(store: Store, maxAge?: number): Promise<Browser> {
  const app: Express = express();
  const cookie = maxAge === undefined ? {} : { maxAge };
  app.use(session({ store, secret: "a secret", resave: false, saveUninitialized: false, cookie }));
  app.get("/visit/:name", (req, res) => {
    data(req)[req.params.name] = true;
    res.json({ seen: Object.keys(data(req)), maxAge: req.session.cookie.originalMaxAge });
  });
  app.get("/logout", (req, res) => void req.session.destroy(() => res.end()));
  return visit(app);
}

/** `browser` with the cookies of `before`. */
function at(browser: Browser, before: Browser): Browser {
  for (const [name, value] of before.cookies) browser.cookies.set(name, value);
  return browser;
}

const seen = async (browser: Browser, name: string): Promise<string[]> =>
  (JSON.parse((await browser.visit(`/visit/${name}`)).text) as { seen: string[] }).seen;

describe("sessions of connect-redis", () => {
  it("continue in our store and in connect-redis again", async () => {
    const { theirs, ours } = await openBoth();
    const before = await start(theirs);
    await seen(before, "first");
    const after = at(await start(ours), before);
    expect(await seen(after, "second")).toEqual(["cookie", "first", "second"]);
    expect(await seen(before, "third")).toEqual(["cookie", "first", "second", "third"]);
    expect(await seen(after, "fourth")).toContain("third");
  });

  it("keep their format, key and expiry", async () => {
    const { client, prefix, theirs, ours } = await openBoth();
    const texts: string[] = [];
    const ttls: number[] = [];
    for (const store of [theirs, ours]) {
      const browser = await start(store, 3_600_000);
      await seen(browser, "first");
      await seen(browser, "second");
      const [key = ""] = await client.keys(`${prefix}*`);
      texts.push(((await client.get(key)) ?? "").replace(/"expires":"[^"]+"/, '"expires":"..."'));
      ttls.push(await client.ttl(key));
      await client.del(key);
    }
    // express-session sets originalMaxAge to the remaining time, which may be a millisecond less.
    const [theirText, ourText] = texts.map((text) => text.replace(/3599\d{3}/, "3600000"));
    expect(ourText).toBe(theirText);
    expect(Math.abs((ttls[0] ?? 0) - (ttls[1] ?? 99))).toBeLessThan(3);
  });

  it("keep the lifetime of their cookie", async () => {
    const { client, prefix, theirs, ours } = await openBoth();
    const before = await start(theirs, 7_200_000);
    await seen(before, "first");
    const after = at(await start(ours, 60_000), before);
    await seen(after, "second");
    const [key = ""] = await client.keys(`${prefix}*`);
    expect(await client.ttl(key)).toBeGreaterThan(7000);
  });

  it("last a day in Redis if they end with the browser", async () => {
    const { client, prefix, ours } = await openBoth();
    await seen(await start(ours), "first");
    const [key = ""] = await client.keys(`${prefix}*`);
    const ttl = await client.ttl(key);
    expect(ttl).toBeGreaterThan(86_000);
    expect(ttl).toBeLessThanOrEqual(86_400);
  });

  it("that never expire can be read, and expire after their next change", async () => {
    const { client, prefix, ours, records } = await openBoth();
    const eternal = connectRedis(client, prefix, { disableTTL: true });
    const before = await start(eternal);
    await seen(before, "first");
    expect(await seen(at(await start(ours), before), "second")).toContain("first");
    const [key = ""] = await client.keys(`${prefix}*`);
    expect(await client.ttl(key)).toBeGreaterThan(0);
    expect(await records.count()).toBe(1);
  });

  it("end for both stores by a logout with ours", async () => {
    const { theirs, ours, client, prefix } = await openBoth();
    const before = await start(theirs);
    await seen(before, "first");
    const after = at(await start(ours), before);
    await after.visit("/logout");
    expect(await seen(before, "again")).toEqual(["cookie", "again"]);
    expect(await client.keys(`${prefix}*`)).toHaveLength(1);
  });
});
