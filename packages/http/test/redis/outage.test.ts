// Redis crashes, freezes, replies late or not at all, while requests come in: each gets a response, and no cookie changes.
import { createServer } from "node:http";
import {
  createStore,
  isRedistoreError,
  type RediStore,
  withOperationTimeout,
  withURL,
} from "@redistore/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { type RedisProxy, startProxy } from "../../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../../test/redis/server.ts";
import { withSession } from "../../src/index.ts";
import { type BrowserResponse, Browser } from "../../src/testing/index.ts";
import { type Data, KEYS, listen } from "../serve.ts";

interface Scene {
  readonly redis: RedisServer;
  readonly proxy: RedisProxy;
  readonly store: RediStore<Data>;
  readonly browser: Browser;
  /** The codes of what `onError` got. */
  readonly errors: unknown[];
}

/** A counter of visits over a Redis of its own that keeps its data over a crash; the browser has been there once. */
async function visited(timeoutSeconds: number): Promise<Scene> {
  const redis = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
  const proxy = await startProxy(redis);
  const store = await createStore<Data>(
    KEYS,
    withURL(proxy.url),
    withOperationTimeout(timeoutSeconds),
  );
  const errors: unknown[] = [];
  const server = createServer(
    withSession(
      store,
      (req, res, { values }) => {
        if (req.url === "/count") values["views"] = Number(values["views"] ?? 0) + 1;
        res.end(String(values["views"]));
      },
      { onError: (error) => void errors.push(isRedistoreError(error) ? error.code : error) },
    ),
  );
  const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
  onTestFinished(async () => {
    await store.close();
    await proxy.close();
    await redis.stop();
  });
  expect((await browser.visit("/count")).text).toBe("1");
  return { redis, proxy, store, browser, errors };
}

const UNAVAILABLE = {
  status: 503,
  retryAfter: "1",
  setCookie: [],
  text: "Service Unavailable",
};
const shown = ({ status, headers, setCookie, text }: BrowserResponse) => ({
  status,
  retryAfter: headers["retry-after"],
  setCookie,
  text,
});

describe("requests while Redis is away", () => {
  it("all get a response when it crashes, and the first one after its restart works", async () => {
    const { redis, browser, errors } = await visited(10);
    await redis.kill();
    const stranger = new Browser(browser.origin);
    const responses = await Promise.all([
      ...Array.from({ length: 20 }, () => browser.visit("/count")),
      ...Array.from({ length: 20 }, () => stranger.visit("/count")),
    ]);
    for (const response of responses) expect(shown(response)).toEqual(UNAVAILABLE);
    expect(new Set(errors)).toEqual(new Set(["ERR_REDISTORE_UNAVAILABLE"]));
    // Who has no session and wants none does not notice.
    expect((await stranger.visit("/")).status).toBe(200);
    await redis.start();
    expect((await browser.visit("/count")).text).toBe("2");
  });

  it("all get a response when it freezes, and the first one after works", async () => {
    const { redis, browser } = await visited(1);
    redis.pause();
    const responses = await Promise.all(Array.from({ length: 20 }, () => browser.visit("/count")));
    for (const response of responses) expect(shown(response)).toEqual(UNAVAILABLE);
    redis.resume();
    expect((await browser.visit("/count")).text).toBe("2");
  });

  it("wait for it when it is only slow, and the next one sees what was stored", async () => {
    const { proxy, browser } = await visited(10);
    proxy.delayReplies(100);
    expect((await browser.visit("/count")).text).toBe("2");
    expect((await browser.visit("/")).text).toBe("2");
  });

  it("are not told that all is well when the reply to their write was lost", async () => {
    const { proxy, browser, store, errors } = await visited(1);
    // From here on Redis knows the script by its hash.
    await browser.visit("/count");
    const cookie = browser.cookies.get("session") ?? "";
    const session = await store.load("session", cookie);
    proxy.blockReplies();
    session.values["views"] = 10;
    const save = store.save(session).catch((error: unknown) => error);
    await proxy.nextBlockedReply();
    const stranger = new Browser(browser.origin);
    expect(shown(await stranger.visit("/count"))).toEqual(UNAVAILABLE);
    expect(await save).toMatchObject({ code: "ERR_REDISTORE_UNAVAILABLE", outcome: "unknown" });
    expect(errors).toEqual(["ERR_REDISTORE_UNAVAILABLE"]);
    proxy.unblockReplies();
    expect((await browser.visit("/")).text).toBe("10");
  });
});
