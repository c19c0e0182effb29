import { once } from "node:events";
import { createReadStream } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { type Browser, deferred } from "@redistore/http/testing";
import compression from "compression";
import type { Response } from "express";
import { describe, expect, it } from "vitest";
import { data, scene, VERSIONS, withHandler } from "./serve.ts";

const FILE = new URL("serve.ts", import.meta.url).pathname;
const PART = "x".repeat(4096);

const RESPONSES: [string, (res: Response) => unknown, number][] = [
  ["res.send", (res) => res.send("sent"), 200],
  ["res.json", (res) => res.json({ sent: true }), 200],
  ["res.redirect", (res) => res.redirect("/show"), 302],
  ["res.sendFile", (res) => res.sendFile(FILE), 200],
  ["res.download", (res) => res.download(FILE), 200],
  ["res.sendStatus", (res) => res.sendStatus(202), 202],
  ["res.write before all", (res) => [res.write("be"), res.write("gun"), res.end()], 200],
  ["res.writeHead", (res) => res.writeHead(201, { "x-a": "1" }).end("sent"), 201],
  ["a pipe", (res) => createReadStream(FILE).pipe(res), 200],
  ["pipeline", (res) => pipeline(Readable.from(Array.from({ length: 99 }, () => PART)), res), 200],
];

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

async function receive(browser: Browser, encoding: string): Promise<Received> {
  const res = await browser.open("/", { headers: { "accept-encoding": encoding } });
  const bytes = await buffer(res);
  const body = res.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
  return { status: res.statusCode, headers: res.headers, body: body.toString() };
}

describe.each(VERSIONS)("a response of %s with a changed session", (_version, framework) => {
  describe.each([
    ["plain", false],
    ["behind compression", true],
  ])("%s", (_how, compressed) => {
    it.each(RESPONSES)("is sent whole, with its cookie, by %s", async (_name, respond, status) => {
      const { browser, store } = await scene(
        withHandler((req, res) => {
          data(req)["user"] = "ada";
          return respond(res);
        }),
        {
          express: framework,
          before: (app) => compressed && app.use(compression({ threshold: 0 })),
        },
      );
      // The same without a session, to compare with.
      const { browser: plain } = await scene(
        withHandler((_req, res) => respond(res)),
        {
          express: framework,
        },
      );
      const received = await receive(browser, compressed ? "gzip" : "identity");
      const expected = await receive(plain, "identity");
      expect([received.status, received.body]).toEqual([status, expected.body]);
      expect(received.headers["content-type"]).toBe(expected.headers["content-type"]);
      expect(browser.cookies.size).toBe(1);
      expect(await store.count()).toBe(1);
      expect((await browser.visit("/show")).text).toBe('{"user":"ada"}');
    });
  });

  it("has a cookie with HEAD, and with 304", async () => {
    const { browser } = await scene(
      withHandler((req, res) => {
        data(req)["visits"] = Number(data(req)["visits"] ?? 0) + 1;
        res.send("body");
      }),
      { express: framework },
    );
    const head = await browser.visit("/", { method: "HEAD" });
    expect([head.status, head.text, head.setCookie.length]).toEqual([200, "", 1]);
    browser.cookies.clear();
    const match = { "if-none-match": String(head.headers.etag) };
    const unmodified = await browser.visit("/", { headers: match });
    expect([unmodified.status, unmodified.text, unmodified.setCookie.length]).toEqual([304, "", 1]);
  });

  it("sends events as they come", async () => {
    const next = deferred();
    const { browser } = await scene(
      withHandler(async (req, res) => {
        data(req)["user"] = "ada";
        res.set("content-type", "text/event-stream").flushHeaders();
        res.write("data: 1\n\n");
        await next.promise;
        data(req)["events"] = 2;
        res.end("data: 2\n\n");
      }),
      { express: framework },
    );
    const stream = await browser.open("/");
    expect(browser.cookies.size).toBe(1);
    const ended = once(stream, "end");
    const events: string[] = [];
    stream.on("data", (event: Buffer) => {
      events.push(event.toString());
      next.resolve();
    });
    await ended;
    expect(events).toEqual(["data: 1\n\n", "data: 2\n\n"]);
    expect((await browser.visit("/show")).text).toBe('{"user":"ada","events":2}');
  });

  it("keeps what a handler did whose client has gone", async () => {
    const arrived = deferred();
    const gone = deferred();
    const { browser, gated } = await scene(
      withHandler(async (req, res) => {
        arrived.resolve();
        await gone.promise;
        data(req)["user"] = "ada";
        res.send("never read");
      }),
      { express: framework },
    );
    await browser.visit("/set?views=1");
    const paused = gated.pauseSaves();
    const cookie = `session=${browser.cookies.get("session")}`;
    const req = request(browser.origin, { headers: { cookie } });
    req.once("error", () => gone.resolve());
    req.end();
    await arrived.promise;
    req.destroy();
    await paused.begun;
    paused.release();
    await expect
      .poll(async () => (await browser.visit("/show")).text)
      .toBe('{"views":"1","user":"ada"}');
  });
});
