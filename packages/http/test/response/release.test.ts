// A released response is sent whole, once, in order, with the cookies in its header.
import { createServer, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { getSession } from "../../src/index.ts";
import { Browser, deferred, controlStore } from "../../src/testing/index.ts";
import { type Handler, listen, memoryStore, scene } from "../serve.ts";

/** Before Node 26, writeHead had an alias. */
type Old = ServerResponse & { writeHeader?: ServerResponse["writeHead"] };

const changesSession =
  (handle: Handler): Handler =>
  (req, res, session) => {
    session.values["seen"] = true;
    return handle(req, res, session);
  };

describe("a released response", () => {
  it.each<[string, Handler]>([
    ["end(text)", (_req, res) => res.end("body")],
    ["end(bytes)", (_req, res) => res.end(Buffer.from("body"))],
    ["end(text, encoding)", (_req, res) => res.end("Ym9keQ==", "base64")],
    ["writeHead, write, end", (_req, res) => res.writeHead(200).write("bo") || res.end("dy")],
    ["write(text, encoding), end", (_req, res) => res.write("Ym8=", "base64") || res.end("dy")],
    [
      "writeHeader, where Node has it",
      (_req, res) => ((res as Old).writeHeader?.(200), void res.end("body")),
    ],
    ["flushHeaders, end", (_req, res) => (res.flushHeaders(), res.end("body"))],
    ["write after write", (_req, res) => ["bo", "dy"].map((each) => res.write(each)) && res.end()],
    ["a pipe", (_req, res) => Readable.from(["bo", "dy"]).pipe(res)],
    ["a pipeline", (_req, res) => pipeline(Readable.from(["bo", "dy"]), res)],
    ["cork and uncork", (_req, res) => (res.cork(), res.write("bo"), res.uncork(), res.end("dy"))],
    ["a later turn", (_req, res) => void setImmediate(() => res.end("body"))],
  ])("is whole after %s", async (_what, handle) => {
    const { browser, errors } = await scene(changesSession(handle));
    const { status, text, setCookie } = await browser.visit("/");
    expect({ status, text, cookies: setCookie.length }).toEqual({
      status: 200,
      text: "body",
      cookies: 1,
    });
    expect(errors).toEqual([]);
  });

  it("calls back for each write and for the end, once and in order", async () => {
    const calls: string[] = [];
    const { browser } = await scene(
      changesSession((_req, res) => {
        res.write("a", () => calls.push("a"));
        res.write("b", "latin1", () => calls.push("b"));
        res.end("c", () => calls.push("end"));
      }),
    );
    await browser.visit("/");
    expect(calls).toEqual(["a", "b", "end"]);
  });

  it("has the status, the reason and the fields of writeHead", async () => {
    const { browser } = await scene(
      changesSession((_req, res) => {
        res.setHeader("x-set", "1");
        res.setHeader("x-both", "set");
        res.writeHead(201, "Made", { "X-Both": "head" }).end();
      }),
    );
    const res = await browser.open("/");
    expect([res.statusCode, res.statusMessage]).toEqual([201, "Made"]);
    expect([res.headers["x-set"], res.headers["x-both"]]).toEqual(["1", "head"]);
    res.resume();
  });

  it.each<[string, unknown]>([
    ["an object", { "Set-Cookie": ["a=1", "b=2"] }],
    ["an object with one cookie", { "set-cookie": "a=1" }],
    [
      "pairs",
      [
        ["Set-Cookie", "a=1"],
        ["set-cookie", "b=2"],
      ],
    ],
    ["names and values in turn", ["Set-Cookie", "a=1", "Set-Cookie", "b=2"]],
  ])("keeps the cookies given to writeHead as %s", async (_what, fields) => {
    const { browser } = await scene(
      changesSession((_req, res) => void res.writeHead(200, fields as never).end()),
    );
    const { setCookie } = await browser.visit("/");
    expect(setCookie[0]).toBe("a=1");
    expect(setCookie.at(-1)).toMatch(/^session=/);
  });

  it("keeps the cookies that were set before, except one of the session's name", async () => {
    const { browser } = await scene(
      changesSession((_req, res) => {
        res.setHeader("Set-Cookie", ["a=1", "session=other", "b=2"]);
        res.end();
      }),
    );
    const { setCookie } = await browser.visit("/");
    expect(setCookie.map((line) => line.slice(0, 12))).toEqual([
      "a=1",
      "b=2",
      expect.stringMatching(/^session=[^o]/),
    ]);
  });

  it("has a length if the handler gave the whole body at once", async () => {
    const { browser } = await scene(changesSession((_req, res) => res.end("body")));
    const { headers } = await browser.visit("/");
    expect([headers["content-length"], headers["transfer-encoding"]]).toEqual(["4", undefined]);
  });

  it("waits for changes that the handler makes while it is buffered", async () => {
    const changed = deferred();
    const { browser, gated, store } = await scene(
      changesSession(async (_req, res, { values }) => {
        res.end("body");
        await changed.promise;
        values["late"] = true;
      }),
    );
    const paused = gated.pauseSaves("after");
    const visit = browser.visit("/");
    await paused.begun;
    changed.resolve();
    await new Promise(setImmediate);
    paused.release();
    await visit;
    const { values } = await store.load("session", browser.cookies.get("session") ?? "");
    expect({ ...values }).toEqual({ seen: true, late: true });
    expect(gated.saves).toBe(2);
  });

  it("has the cookie of a session that is regenerated while it is buffered", async () => {
    const [go, moved] = [deferred(), deferred()];
    const { browser, gated, store } = await scene(
      changesSession(async (_req, res, session) => {
        res.end("body");
        await go.promise;
        await session.regenerate();
        moved.resolve();
      }),
    );
    const paused = gated.pauseSaves("after");
    const visit = browser.visit("/");
    await paused.begun;
    await new Promise(setImmediate);
    go.resolve();
    await moved.promise;
    paused.release();
    const { setCookie } = await visit;
    const { isNew } = await store.load("session", browser.cookies.get("session") ?? "");
    expect([setCookie.length, isNew]).toEqual([1, false]);
  });

  it("is stored once with what the handler changes in the same turn", async () => {
    const { browser, gated } = await scene(
      changesSession((_req, res, { values }) => {
        res.end("body");
        values["after"] = true;
      }),
    );
    await browser.visit("/");
    expect(gated.saves).toBe(1);
  });

  it("does not wait for ever for a session that never stops changing", async () => {
    const gated = controlStore(await memoryStore());
    const server = createServer((req, res) => {
      void getSession(gated.store, req, res).then(({ values }) => {
        let reads = 0;
        Object.defineProperty(values, "reads", { enumerable: true, get: () => ++reads });
        return res.end("body");
      });
    });
    const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
    expect((await browser.visit("/")).text).toBe("body");
    // Three times before the header, and three before the end.
    expect(gated.saves).toBe(6);
  });
});
