// A store whose Redis does not reply: errors soon, no cookies, no guesses, and no restart when it is back.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../../../test/redis/ask.mjs";
import { startProxy, type RedisProxy } from "../../../../../test/redis/proxy.ts";
import { startRedis, type RedisServer } from "../../../../../test/redis/server.ts";
import { generateKeys, keysFromStrings } from "../../../src/codec/keys.ts";
import { StoreUnavailableError } from "../../../src/errors.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { withOperationTimeout } from "../../../src/options/store-options.ts";
import { createStore } from "../../../src/session/create-store.ts";
import type { RediStore } from "../../../src/session/redi-store.ts";
import { rejection } from "../records/steps.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());
let server: RedisServer;
let proxy: RedisProxy;
let store: RediStore<Values>;
let browser: Browser;

beforeEach(async () => {
  server = await startRedis();
  proxy = await startProxy(server);
  store = await createStore<Values>(KEYS, withURL(proxy.url), withOperationTimeout(0.4));
  browser = new Browser(store);
  // The second one teaches Redis the script, or its first reply would be that it does not know it.
  for (const value of [0, 1]) await browser.request(({ values }) => (values["a"] = value));
});

afterEach(async () => {
  await store.close();
  await proxy.close();
  await server.stop();
});

/** Resolves when the store reaches its Redis again: how soon is for the machine to say. */
async function backAgain(): Promise<void> {
  await ask(server.port, "PING");
  while (!(await store.health()).ok);
}

describe("while Redis does not reply", () => {
  it("every operation is an error, none an empty session, and no cookie is set or cleared", async () => {
    const session = await browser.load();
    session.values["a"] = 2;
    server.pause();
    for (const act of [
      () => browser.load(),
      () => store.save(session),
      () => store.destroy(session),
      () => store.regenerate(session, { principal: "ada" }),
    ]) {
      const failure = await rejection(act());
      expect(failure).toBeInstanceOf(StoreUnavailableError);
      expect(failure).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    }
    expect(store.cookiesOwed(session)).toEqual([]);
    expect((await store.health()).ok).toBe(false);
    expect(await store.save(await store.load("session", []))).toEqual([]);
    server.resume();
  });

  it("what was changed is kept, and stored when Redis is back, by the same store and session", async () => {
    const session = await browser.load();
    session.values["b"] = 2;
    server.pause();
    await rejection(store.save(session));
    server.resume();
    await backAgain();
    expect(await store.save(session)).toEqual([]);
    expect((await browser.load()).values).toEqual({ a: 1, b: 2 });
  });
});

describe("a save that was done and whose reply was lost", () => {
  it("is told as open, and is not done twice", async () => {
    const session = await browser.load();
    session.addFlash("once");
    session.values["b"] = 2;
    proxy.blockReplies();
    const saving = rejection(store.save(session));
    await proxy.nextBlockedReply();
    expect(await saving).toMatchObject({ outcome: "unknown" });
    proxy.unblockReplies();
    await backAgain();
    session.values["c"] = 3;
    await store.save(session);
    expect((await browser.load()).values).toEqual({ a: 1, _flash: ["once"], b: 2, c: 3 });
  });
});
