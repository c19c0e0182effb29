// Other middleware that patches the same response keeps working, before us and behind us.
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import { StoreUnavailableError } from "@redistore/core";
import compression from "compression";
import onHeaders from "on-headers";
import { describe, expect, it } from "vitest";
import { attach, getSession, saveSessions } from "../../src/index.ts";
import { listen, memoryStore } from "../serve.ts";
import { Browser, controlStore, type StoreControl } from "../../src/testing/index.ts";
import { createServer } from "node:http";
import type { Data } from "../serve.ts";

const LONG = "a line that compresses well\n".repeat(2_000);
const compress = compression({ threshold: 0 });

type Wrap = (req: IncomingMessage, res: ServerResponse) => void;
type Handle = (res: ServerResponse, req: IncomingMessage) => unknown;

/** Serves `handle` with a changed session and another middleware, before or behind the session's. */
async function beside(
  order: "before us" | "behind us",
  wrap: Wrap,
  handle: Handle,
): Promise<{ browser: Browser; gated: StoreControl<Data> }> {
  const gated = controlStore(await memoryStore());
  const server = createServer((req, res) => {
    void (async () => {
      if (order === "before us") wrap(req, res);
      attach(req, res, { onError: () => {} });
      const session = await getSession(gated.store, req, res);
      if (order === "behind us") wrap(req, res);
      session.values["seen"] = true;
      await handle(res, req);
    })();
  });
  return { browser: new Browser(`http://127.0.0.1:${await listen(server)}`), gated };
}

const zipped = { headers: { "accept-encoding": "gzip" } };
const useCompression: Wrap = (req, res) => compress(req as never, res as never, () => {});

async function unzip(browser: Browser): Promise<{ text: string; encoding: string | undefined }> {
  const res = await browser.open("/", zipped);
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  const encoding = res.headers["content-encoding"];
  const body = Buffer.concat(chunks);
  return { text: String(encoding === "gzip" ? gunzipSync(body) : body), encoding };
}

describe.each(["before us", "behind us"] as const)("compression %s", (order) => {
  it.each<[string, Handle]>([
    ["end", (res) => res.setHeader("content-type", "text/plain").end(LONG)],
    ["writeHead and end", (res) => res.writeHead(200, { "content-type": "text/plain" }).end(LONG)],
    [
      "a pipe",
      (res) => {
        res.setHeader("content-type", "text/plain");
        Readable.from([LONG.slice(0, 20_000), LONG.slice(20_000)]).pipe(res);
      },
    ],
    [
      "writes that wait for drain",
      async (res) => {
        res.setHeader("content-type", "text/plain");
        const drained = once(res, "drain");
        // Too short for back-pressure by zlib: only the gate makes this writer wait.
        if (!res.write(LONG.slice(0, 100))) await drained;
        res.end(LONG.slice(100));
      },
    ],
  ])("compresses a response by %s, with the cookie", async (_how, handle) => {
    const { browser } = await beside(order, useCompression, handle);
    expect(await unzip(browser)).toEqual({ text: LONG, encoding: "gzip" });
    expect(browser.cookies.size).toBe(1);
  });

  it("sends flushed data at once", async () => {
    const { browser } = await beside(order, useCompression, (res) => {
      res.setHeader("content-type", "text/event-stream");
      res.write("data: first\n\n");
      (res as ServerResponse & { flush(): void }).flush();
    });
    const res = await browser.open("/", zipped);
    const [event] = (await once(res.pipe(createGunzip()), "data")) as [Buffer];
    expect(String(event)).toBe("data: first\n\n");
    res.destroy();
  });

  it.each<[string, Handle]>([
    ["end", (res) => res.setHeader("content-type", "text/plain").end(LONG)],
    [
      "a pipe",
      (res) => Readable.from([LONG, LONG]).pipe(res.setHeader("content-type", "text/plain")),
    ],
  ])(
    "does not prevent the error response where a response by %s is discarded",
    async (_how, handle) => {
      const { browser, gated } = await beside(order, useCompression, handle);
      gated.failSaves(new StoreUnavailableError("Redis is down."));
      expect(await unzip(browser)).toEqual({
        text: "Service Unavailable",
        encoding: order === "before us" ? "gzip" : undefined,
      });
    },
  );
});

describe.each(["before us", "behind us"] as const)("listeners for the header %s", (order) => {
  it.each<[string, Handle]>([
    ["end", (res) => res.end("body")],
    ["write", (res) => res.write("bo") || res.end("dy")],
    ["flushHeaders", (res) => [res.flushHeaders(), res.end("body")]],
  ])("run once at %s, and see the cookie", async (_how, handle) => {
    const seen: unknown[] = [];
    const listener: Wrap = (_req, res) =>
      onHeaders(res, function onHeader() {
        seen.push(String(res.getHeader("set-cookie")).slice(0, 8));
        res.setHeader("x-listener", "ran");
      });
    const { browser } = await beside(order, listener, handle);
    const { text, headers } = await browser.visit("/");
    expect([text, headers["x-listener"], seen]).toEqual(["body", "ran", ["session="]]);
  });

  it("see the cookie of a session that was saved explicitly", async () => {
    const seen: unknown[] = [];
    const listener: Wrap = (_req, res) =>
      onHeaders(res, () => void seen.push(String(res.getHeader("set-cookie")).slice(0, 8)));
    const { browser } = await beside(order, listener, async (res, req) => {
      await saveSessions(req, res);
      res.end("body");
    });
    await browser.visit("/");
    expect(seen).toEqual(["session="]);
  });

  it("run once at writeHead", async () => {
    let runs = 0;
    const { browser } = await beside(
      order,
      (_req, res) => onHeaders(res, () => void runs++),
      (res) => res.writeHead(200, { "x-head": "1" }).end("body"),
    );
    const { text, headers, setCookie } = await browser.visit("/");
    expect([text, headers["x-head"], setCookie.length, runs]).toEqual(["body", "1", 1, 1]);
  });
});

describe("a method of Node's that bypasses the patched ones while the response is buffered", () => {
  it("sends a complete 500 response, and nothing of the buffered one", async () => {
    let past: ((text: string) => unknown) | undefined;
    const keep: Wrap = (_req, res) => {
      const end = res.end.bind(res);
      past = (text) => end(text);
    };
    const { browser, gated } = await beside("before us", keep, (res) => {
      res.end("body");
      past?.("late");
    });
    const paused = gated.pauseSaves();
    const visit = browser.visit("/");
    await paused.begun;
    expect(await visit).toMatchObject({ status: 500, text: "" });
    paused.release();
  });
});
