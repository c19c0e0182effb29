// If a session cannot be stored, or a handler throws, the client gets an error response and nothing of the original response.
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConflictError, SessionGoneError, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { type Handler, scene } from "../serve.ts";

const UNAVAILABLE = new StoreUnavailableError("Redis is down.");

const changesSession =
  (handle: Handler): Handler =>
  (req, res, session) => {
    session.values["seen"] = true;
    return handle(req, res, session);
  };

describe("a save that fails before the first byte", () => {
  it.each<[string, unknown, number, string | undefined]>([
    ["an outage", UNAVAILABLE, 503, "1"],
    ["a session that has ended", new SessionGoneError("It has ended."), 409, undefined],
    ["a conflict", new ConflictError("It was changed."), 409, undefined],
    ["anything else", new Error("secret"), 500, undefined],
    [
      "an error of another library with a status",
      Object.assign(new Error("secret"), { status: 404 }),
      500,
      undefined,
    ],
  ])(
    "of %s sends the status and nothing of the message",
    async (_what, error, status, retryAfter) => {
      const { browser, gated, errors } = await scene(
        changesSession((_req, res) => res.end("original")),
      );
      gated.failSaves(error);
      const response = await browser.visit("/");
      expect([response.status, response.headers["retry-after"]]).toEqual([status, retryAfter]);
      expect(response.text).toMatch(/^(Service Unavailable|Conflict|Internal Server Error)$/);
      expect(response.setCookie).toEqual([]);
      expect(errors).toEqual([error]);
    },
  );

  it.each<[string, Handler]>([
    ["writeHead and end", (_req, res) => res.writeHead(201, { "x-original": "1" }).end("original")],
    ["writes", (_req, res) => [res.write("original"), res.write("original"), res.end("original")]],
    ["flushHeaders", (_req, res) => res.flushHeaders()],
    ["a redirect", (_req, res) => res.writeHead(302, { location: "/" }).end()],
    ["a pipe", (_req, res) => Readable.from(["original", "original"]).pipe(res)],
  ])("discards a response made by %s", async (_how, handle) => {
    const { browser, gated } = await scene(changesSession(handle));
    gated.failSaves(UNAVAILABLE);
    const { status, text, headers } = await browser.visit("/");
    expect([status, text]).toEqual([503, "Service Unavailable"]);
    expect([headers.location, headers["x-original"], headers["content-length"]]).toEqual([
      undefined,
      undefined,
      "19",
    ]);
  });

  it.each<[number, string, unknown]>([
    [500, "sorry", UNAVAILABLE],
    [409, "sorry", new SessionGoneError("It is gone.")],
    [409, "Service Unavailable", UNAVAILABLE],
    [404, "Service Unavailable", UNAVAILABLE],
  ])(
    "keeps a complete response that reports an error itself (%i: %s)",
    async (status, text, error) => {
      const { browser, gated, errors } = await scene(
        changesSession((_req, res) => ((res.statusCode = status), res.end("sorry"))),
      );
      gated.failSaves(error);
      const response = await browser.visit("/");
      expect([response.text, response.setCookie]).toEqual([text, []]);
      expect(errors).toEqual([error]);
      expect(gated.saves).toBe(1);
    },
  );

  it("removes the headers that described the response, and keeps the others", async () => {
    const { browser, gated } = await scene(
      changesSession((_req, res) => {
        for (const name of [
          "etag",
          "last-modified",
          "cache-control",
          "cdn-cache-control",
          "content-disposition",
          "surrogate-control",
          "x-accel-expires",
          "x-accel-redirect",
          "clear-site-data",
        ]) {
          res.setHeader(name, "original");
        }
        for (const name of [
          "content-security-policy",
          "access-control-allow-origin",
          "x-request-id",
          "vary",
        ]) {
          res.setHeader(name, "kept");
        }
        res.setHeader("set-cookie", "theme=dark");
        res.end("original");
      }),
    );
    gated.failSaves(UNAVAILABLE);
    const { headers } = await browser.visit("/");
    expect(Object.entries(headers).filter(([, value]) => value === "kept").length).toBe(4);
    expect(Object.entries(headers).filter(([, value]) => value === "original")).toEqual([]);
    expect(headers["set-cookie"]).toEqual(["theme=dark"]);
  });

  it("gives the error to the callbacks of write and end", async () => {
    const errors: unknown[] = [];
    const { browser, gated } = await scene(
      changesSession((_req, res) => {
        res.write("a", (error) => errors.push(error));
        res.end("b", "latin1", (error?: unknown) => errors.push(error));
      }),
    );
    gated.failSaves(UNAVAILABLE);
    await browser.visit("/");
    expect(errors).toEqual([UNAVAILABLE, UNAVAILABLE]);
  });

  it("discards later writes, and sends none of them", async () => {
    const writes: boolean[] = [];
    const { browser, gated } = await scene(
      changesSession(async (_req, res) => {
        const waits = (): Promise<unknown> =>
          Promise.race([once(res, "drain"), once(res, "close")]);
        for (let each = 0; each < 3; each++) {
          writes.push(res.write("original"));
          if (!writes.at(-1) && !res.destroyed) await waits();
        }
        res.end("original");
      }),
    );
    gated.failSaves(UNAVAILABLE);
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([503, "Service Unavailable"]);
    // The connection can be used again.
    gated.failSaves(undefined);
    expect((await browser.visit("/")).text).toBe("original".repeat(4));
    expect(writes.slice(0, 3)).toEqual([false, false, false]);
  });

  it("discards writes that come from callbacks after the error response", async () => {
    const { browser, gated } = await scene(
      changesSession((_req, res) => {
        let calls = 0;
        const writeOn = (): void => void (calls++ < 3 && res.write("original", writeOn));
        writeOn();
      }),
    );
    gated.failSaves(UNAVAILABLE);
    expect((await browser.visit("/")).text).toBe("Service Unavailable");
  });

  it("ends a pipeline and destroys its source", async () => {
    const source = new Readable({ read() {} });
    const ended = deferred<string>();
    const { browser, gated } = await scene(
      changesSession(async (_req, res) => {
        source.push("original");
        await pipeline(source, res).catch((error: NodeJS.ErrnoException) =>
          ended.resolve(error.code ?? ""),
        );
      }),
    );
    gated.failSaves(UNAVAILABLE);
    expect((await browser.visit("/")).status).toBe(503);
    expect(await ended.promise).toBe("ERR_STREAM_PREMATURE_CLOSE");
    expect(source.destroyed).toBe(true);
  });
});

describe("a handler that throws", () => {
  const bug = new Error("secret");
  const fail = (): never => {
    throw bug;
  };

  it.each<[string, Handler]>([
    ["throws", fail],
    ["rejects", async () => fail()],
    ["throws after a change of its session", changesSession(fail)],
    [
      "throws while its response is buffered",
      changesSession((_req, res) => (res.write("original"), fail())),
    ],
    [
      "throws after it set headers",
      (_req, res) => (res.setHeader("content-type", "image/png"), fail()),
    ],
  ])("gets a 500 without the message when it %s", async (_how, handle) => {
    const { browser, errors } = await scene(handle);
    const { status, text, headers } = await browser.visit("/");
    expect([status, text, headers["content-type"]]).toEqual([
      500,
      "Internal Server Error",
      "text/plain; charset=utf-8",
    ]);
    expect(errors).toEqual([bug]);
  });

  it("does not affect a complete response", async () => {
    const { browser, errors } = await scene(
      changesSession((_req, res) => (res.end("original"), fail())),
    );
    const { status, text } = await browser.visit("/");
    expect([status, text, errors]).toEqual([200, "original", [bug]]);
  });

  it("destroys the connection in the middle of a response", async () => {
    const { browser, errors } = await scene((_req, res) => (res.write("half of "), fail()));
    await expect(browser.visit("/")).rejects.toThrow(/aborted|hang up/);
    expect(errors).toEqual([bug]);
  });

  it("gets the status of the store's error that it throws", async () => {
    const { browser, gated } = await scene(async (_req, _res, session) => {
      session.values["seen"] = true;
      await gated.store.save(session);
    });
    gated.failSaves(UNAVAILABLE);
    const { status, headers } = await browser.visit("/");
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
  });
});
