// A response that a shared cache may keep carries no session cookie (promise 9).
import { createServer, type ServerResponse } from "node:http";
import { StoreUnavailableError } from "@redistore/core";
import onHeaders from "on-headers";
import { describe, expect, it } from "vitest";
import { attach, getSession } from "../../src/index.ts";
import { Browser } from "../../src/testing/index.ts";
import {
  type Handler,
  listen,
  memoryStore,
  type Scene,
  scene,
  sceneWithSession,
} from "../serve.ts";

const SHARED = "public, max-age=600";

/** What the response to `handle` says of caches, and how many session cookies it carries. */
async function sent(
  { browser }: Pick<Scene, "browser">,
  init: { readonly method?: string } = {},
): Promise<{ cacheControl: string | undefined; cookies: number }> {
  const { headers, setCookie } = await browser.visit("/", init);
  const cookies = setCookie.filter((line) => line.startsWith("session=")).length;
  return { cacheControl: headers["cache-control"], cookies };
}

describe("a response whose cookie has to be sent", () => {
  it.each<[string, string | string[] | undefined, string]>([
    ["no Cache-Control", undefined, "no-store"],
    ["public", SHARED, "no-store"],
    ["s-maxage", "s-maxage=10, stale-while-revalidate=5, stale-if-error=5", "no-store"],
    ["immutable", "Public, Immutable", "no-store"],
    ["several fields", ["public", "max-age=5"], "no-store"],
    ["revalidation", "no-cache, must-revalidate", "no-store, no-cache, must-revalidate"],
    ["no-transform, which compression obeys", "public, no-transform", "no-store, no-transform"],
    ["one private field", 'private="x-a, x-b", max-age=5', "no-store"],
    ["no-store that caches may ignore", "no-store, must-understand, max-age=5", "no-store"],
    ["private", "private, max-age=5", "private, max-age=5"],
    ["Private", "Private", "Private"],
    ["no-store", "no-store, max-age=0", "no-store, max-age=0"],
  ])("is not kept by shared caches: %s", async (_what, given, expected) => {
    const played = await scene((_req, res, { values }) => {
      values["seen"] = true;
      if (given !== undefined) res.setHeader("Cache-Control", given);
      res.end("body");
    });
    expect(await sent(played)).toEqual({ cacheControl: expected, cookies: 1 });
  });

  it.each<[string, (res: ServerResponse) => unknown, string?]>([
    ["writeHead", (res) => res.writeHead(200, { "Cache-Control": SHARED }).end("body")],
    ["writeHead of pairs", (res) => res.writeHead(200, ["cache-control", SHARED]).end("body")],
    ["a stream", (res) => (res.setHeader("cache-control", SHARED), res.write("bo"), res.end("dy"))],
    [
      "flushHeaders",
      (res) => (res.setHeader("cache-control", SHARED), res.flushHeaders(), res.end()),
    ],
    ["304", (res) => res.writeHead(304, { "cache-control": SHARED }).end()],
    ["HEAD", (res) => res.writeHead(200, { "cache-control": SHARED }).end(), "HEAD"],
    ["a redirect", (res) => res.writeHead(301, { "cache-control": SHARED, location: "/" }).end()],
  ])("is not kept by shared caches when it is sent by %s", async (_how, send, method = "GET") => {
    const played = await scene((_req, res, { values }) => {
      values["seen"] = true;
      send(res);
    });
    expect(await sent(played, { method })).toEqual({ cacheControl: "no-store", cookies: 1 });
  });

  it("is not kept by a CDN that has a field of its own", async () => {
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.setHeader("Cache-Control", "private");
      res.setHeader("CDN-Cache-Control", "max-age=60");
      res.setHeader("Vercel-CDN-Cache-Control", "private");
      res.setHeader("Surrogate-Control", "max-age=60");
      res.setHeader("X-Accel-Expires", "60");
      res.end("body");
    });
    const { headers } = await browser.visit("/");
    expect(headers).toMatchObject({
      "cache-control": "private",
      "cdn-cache-control": "no-store",
      "vercel-cdn-cache-control": "private",
      "surrogate-control": "no-store",
    });
    expect(headers).not.toHaveProperty("x-accel-expires");
  });

  it("is not kept by shared caches when a later middleware wants that in its on-headers listener", async () => {
    const played = await scene((_req, res, { values }) => {
      onHeaders(res, () => res.setHeader("Cache-Control", SHARED));
      values["seen"] = true;
      res.end("body");
    });
    expect(await sent(played)).toEqual({ cacheControl: "no-store", cookies: 1 });
  });

  it.each<[string, Handler]>([
    ["ends the session", (_req, _res, session) => session.destroy()],
    ["regenerates it", (_req, _res, session) => session.regenerate()],
    ["changes the cookie's attributes", (_req, _res, { options }) => (options.sameSite = "strict")],
    [
      "regenerates it and extends the new cookie",
      async (_req, _res, session) => (await session.regenerate(), await session.touch()),
    ],
  ])("is not kept by shared caches when it %s", async (_what, change) => {
    const played = await sceneWithSession(async (req, res, session) => {
      await change(req, res, session);
      res.setHeader("Cache-Control", SHARED).end("body");
    });
    expect(await sent(played)).toEqual({ cacheControl: "no-store", cookies: 1 });
  });

  it("is not kept by shared caches when it is the error response of a session that has moved", async () => {
    const { browser, gated } = await sceneWithSession(async (_req, res, session) => {
      await session.regenerate();
      session.values["more"] = true;
      res.setHeader("Cache-Control", SHARED).end("body");
    });
    gated.failSaves(new StoreUnavailableError("Redis is down."));
    expect(await sent({ browser })).toEqual({ cacheControl: "no-store", cookies: 1 });
  });
});

describe("a renewal of a cookie", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ["public", { "cache-control": SHARED }],
    ["a static file", { "cache-control": "public, max-age=0", etag: '"1"' }],
    ["max-age", { "cache-control": "max-age=60" }],
    ["s-maxage", { "cache-control": "max-age=0, s-maxage=60" }],
    ["a private field", { "cache-control": 'private="x-a"' }],
    ["Expires", { expires: new Date(Date.now() + 60_000).toUTCString() }],
    ["CDN-Cache-Control", { "cache-control": "private", "cdn-cache-control": "max-age=60" }],
    ["Surrogate-Control", { "surrogate-control": "max-age=60" }],
    ["X-Accel-Expires", { "x-accel-expires": "60" }],
  ])("waits where shared caches may keep the response: %s", async (_what, headers) => {
    let shared = true;
    const { browser } = await sceneWithSession(async (_req, res, session) => {
      await session.touch();
      res.writeHead(200, shared ? headers : {}).end("body");
    });
    const response = await browser.visit("/");
    expect(response.setCookie).toEqual([]);
    expect(response.headers).toMatchObject(headers);
    shared = false;
    expect(await sent({ browser })).toEqual({ cacheControl: "no-store", cookies: 1 });
  });

  it("is sent with a response that nginx must not keep", async () => {
    const played = await sceneWithSession(async (_req, res, session) => {
      await session.touch();
      res.setHeader("x-accel-expires", 0).end("body");
    });
    expect(await sent(played)).toEqual({ cacheControl: "no-store", cookies: 1 });
  });

  it.each<[string, string | undefined, string]>([
    ["private", "private, max-age=60", "private, max-age=60"],
    ["no-store", "no-store", "no-store"],
    ["no-cache", "no-cache", "no-store, no-cache"],
    ["max-age=0", "max-age=0", "no-store"],
    ["no Cache-Control", undefined, "no-store"],
  ])("is sent with any other response: %s", async (_what, given, expected) => {
    const played = await sceneWithSession(async (_req, res, session) => {
      await session.touch();
      if (given !== undefined) res.setHeader("cache-control", given);
      res.end("body");
    });
    expect(await sent(played)).toEqual({ cacheControl: expected, cookies: 1 });
  });

  it.each<[string, (res: ServerResponse) => unknown, string?]>([
    ["a stream", (res) => (res.setHeader("cache-control", SHARED), res.write("bo"), res.end("dy"))],
    ["304", (res) => res.writeHead(304, { "cache-control": SHARED }).end()],
    ["HEAD", (res) => res.writeHead(200, { "cache-control": SHARED }).end(), "HEAD"],
    [
      "a listener of on-headers",
      (res) => (onHeaders(res, () => res.setHeader("cache-control", SHARED)), res.end("body")),
    ],
  ])(
    "waits where shared caches may keep the response that is sent by %s",
    async (_how, send, method = "GET") => {
      const played = await sceneWithSession(async (_req, res, session) => {
        await session.touch();
        send(res);
      });
      expect(await sent(played, { method })).toEqual({ cacheControl: SHARED, cookies: 0 });
    },
  );

  it("is sent with a response that carries another session's cookie anyway", async () => {
    const store = await memoryStore();
    const server = createServer((req, res) => {
      void (async () => {
        attach(req, res);
        const first = await getSession(store, req, res);
        if (req.url === "/start") first.values["seen"] = true;
        else {
          await first.touch();
          (await getSession(store, req, res, "second")).values["seen"] = true;
        }
        res.setHeader("cache-control", SHARED).end("body");
      })();
    });
    const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
    await browser.visit("/start");
    const { headers, setCookie } = await browser.visit("/");
    expect([headers["cache-control"], setCookie.length]).toEqual(["no-store", 2]);
  });
});

describe("a response without a session cookie", () => {
  it("keeps its Cache-Control", async () => {
    const played = await sceneWithSession((_req, res) =>
      res.setHeader("cache-control", SHARED).end("body"),
    );
    expect(await sent(played)).toEqual({ cacheControl: SHARED, cookies: 0 });
  });
});
