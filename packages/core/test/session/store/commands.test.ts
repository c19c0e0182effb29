// What the store costs Redis: the commands of each kind of request, counted by a Redis of its own.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ask } from "../../../../../test/redis/ask.mjs";
import { startRedis, type RedisServer } from "../../../../../test/redis/start-redis.mjs";
import { generateKeys, keysFromStrings } from "../../../src/codec/keys.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { createStore } from "../../../src/session/create-store.ts";
import type { RediStore } from "../../../src/session/redi-store.ts";
import { Browser } from "./browser.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings(...generateKeys());
let redis: RedisServer;
let store: RediStore<Values>;
let browser: Browser;

beforeAll(async () => {
  redis = await startRedis();
  store = await createStore<Values>(KEYS, withURL(redis.url));
  // Redis has to be told a script once, which takes one more command.
  const teacher = new Browser(store);
  await teacher.request(({ values }) => (values["n"] = 0));
  await teacher.request(({ values }) => (values["n"] = 1));
  await teacher.request((session) => session.touch());
  await teacher.request((session) => session.regenerate());
  await teacher.request((session) => session.destroy());
});

afterAll(async () => {
  await store.close();
  await redis.stop();
});

beforeEach(async () => {
  browser = new Browser(store);
  await browser.request(({ values }) => (values["n"] = 0));
});

/** Calls by command while `act` runs. Redis counts those that a script makes too: the get, set and two mget of an evalsha are no trips. */
async function commandsOf(act: () => Promise<unknown>): Promise<Record<string, number>> {
  await ask(redis.port, "CONFIG", "RESETSTAT");
  await act();
  const stats = await ask(redis.port, "INFO", "commandstats");
  const calls = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
  const counted = calls.map(([, name = "", count]) => [name, Number(count)] as const);
  return Object.fromEntries(counted.filter(([name]) => !/^(config|info|quit|client)/.test(name)));
}

const logIn = (visitor: Browser, principal: string) =>
  visitor.request((session) => session.regenerate({ principal }));

const REPLACE = { evalsha: 1, get: 2, set: 1 };

describe("a request", () => {
  it("costs one command to read", async () => {
    expect(await commandsOf(() => browser.request())).toEqual({ mget: 1 });
  });

  it("costs one more to change something, whatever it is", async () => {
    const commands = await commandsOf(() =>
      browser.request((session) => {
        session.values["n"] = 1;
        session.addFlash("x");
        session.options.maxAge = 60;
      }),
    );
    expect(commands).toEqual({ mget: 1, ...REPLACE });
  });

  it("costs one to begin a session", async () => {
    const fresh = new Browser(store);
    expect(await commandsOf(() => fresh.request(({ values }) => (values["n"] = 1)))).toEqual({
      evalsha: 1,
      mget: 2,
      set: 1,
    });
  });

  it("costs none without a cookie where nothing is stored", async () => {
    expect(await commandsOf(() => new Browser(store).request())).toEqual({});
  });

  it("costs none with a cookie that is forged or malformed", async () => {
    const forged = new Browser(store);
    for (const value of ["junk", `${browser.jar.get("session")?.slice(0, -4)}AAA=`, ""]) {
      forged.jar.set("session", value);
      expect(await commandsOf(() => forged.request())).toEqual({});
    }
  });

  it("costs one more to touch, to update or to log out", async () => {
    const touched = await commandsOf(() => browser.request((session) => session.touch()));
    expect(touched).toMatchObject({ mget: 3, evalsha: 1 });
    const updated = await commandsOf(() =>
      browser.request((session) => session.update((values) => (values["n"] = 2))),
    );
    expect(updated).toEqual({ mget: 1, ...REPLACE });
    const loggedOut = await commandsOf(() => browser.request((session) => session.destroy()));
    expect(loggedOut).toEqual({ mget: 1, evalsha: 1, get: 1, pttl: 1, del: 1, set: 2 });
  });

  it("costs three more to log in: one for the new session, one for the index of the user, one for the end of the old", async () => {
    await logIn(new Browser(store), "bob"); // Redis knows the scripts from then on.
    const stored = { mget: 3, get: 2, pttl: 2, del: 1, set: 3 };
    expect(await commandsOf(() => logIn(browser, "ada"))).toEqual({
      ...stored,
      evalsha: 3,
      zscore: 2,
      zadd: 1,
      zcard: 1,
      pexpire: 1,
    });
  });

  it("costs one more where another request was faster", async () => {
    const [one, two] = [await browser.load(), await browser.load()];
    one.values["a"] = 1;
    two.values["b"] = 1;
    await store.save(one);
    expect(await commandsOf(() => store.save(two))).toEqual({ evalsha: 2, get: 4, set: 1 });
  });
});
