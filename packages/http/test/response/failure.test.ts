// What the client gets when its session cannot be stored, or its handler fails: an error, and nothing of the answer.
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConflictError, SessionGoneError, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { type Handler, scene } from "../serve.ts";

const AWAY = new StoreUnavailableError("Redis is away.");

const dirty =
  (handle: Handler): Handler =>
  (req, res, session) => {
    session.values["seen"] = true;
    return handle(req, res, session);
  };

describe("a save that fails before the first byte", () => {
  it.each<[string, unknown, number, string | undefined]>([
    ["an outage", AWAY, 503, "1"],
    ["a session that has ended", new SessionGoneError("It is gone."), 409, undefined],
    ["a conflict", new ConflictError("It was changed."), 409, undefined],
    ["anything else", new Error("secret"), 500, undefined],
    [
      "another library's idea of a status",
      Object.assign(new Error("secret"), { status: 404 }),
      500,
      undefined,
    ],
  ])("answers %s, and says no more than the status", async (_what, error, status, retryAfter) => {
    const { browser, gated, errors } = await scene(dirty((_req, res) => res.end("answer")));
    gated.failSaves(error);
    const answer = await browser.visit("/");
    expect([answer.status, answer.headers["retry-after"]]).toEqual([status, retryAfter]);
    expect(answer.text).toMatch(/^(Service Unavailable|Conflict|Internal Server Error)$/);
    expect(answer.setCookie).toEqual([]);
    expect(errors).toEqual([error]);
  });

  it.each<[string, Handler]>([
    ["writeHead and end", (_req, res) => res.writeHead(201, { "x-answer": "1" }).end("answer")],
    ["writes", (_req, res) => [res.write("answer"), res.write("answer"), res.end("answer")]],
    ["flushHeaders", (_req, res) => res.flushHeaders()],
    ["a redirect", (_req, res) => res.writeHead(302, { location: "/" }).end()],
    ["a pipe", (_req, res) => Readable.from(["answer", "answer"]).pipe(res)],
  ])("drops an answer that was made by %s", async (_how, handle) => {
    const { browser, gated } = await scene(dirty(handle));
    gated.failSaves(AWAY);
    const { status, text, headers } = await browser.visit("/");
    expect([status, text]).toEqual([503, "Service Unavailable"]);
    expect([headers.location, headers["x-answer"], headers["content-length"]]).toEqual([
      undefined,
      undefined,
      "19",
    ]);
  });

  it.each<[number, string, unknown]>([
    [500, "sorry", AWAY],
    [409, "sorry", new SessionGoneError("It is gone.")],
    [409, "Service Unavailable", AWAY],
    [404, "Service Unavailable", AWAY],
  ])(
    "leaves a whole answer alone that is an error itself (%i: %s)",
    async (status, text, error) => {
      const { browser, gated, errors } = await scene(
        dirty((_req, res) => ((res.statusCode = status), res.end("sorry"))),
      );
      gated.failSaves(error);
      const answer = await browser.visit("/");
      expect([answer.text, answer.setCookie]).toEqual([text, []]);
      expect(errors).toEqual([error]);
      expect(gated.saves).toBe(1);
    },
  );

  it("takes back what described the answer, and keeps the rest", async () => {
    const { browser, gated } = await scene(
      dirty((_req, res) => {
        for (const name of [
          "etag",
          "last-modified",
          "cache-control",
          "content-disposition",
          "x-accel-redirect",
          "clear-site-data",
        ]) {
          res.setHeader(name, "answer");
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
        res.end("answer");
      }),
    );
    gated.failSaves(AWAY);
    const { headers } = await browser.visit("/");
    expect(Object.entries(headers).filter(([, value]) => value === "kept").length).toBe(4);
    expect(Object.entries(headers).filter(([, value]) => value === "answer")).toEqual([]);
    expect(headers["set-cookie"]).toEqual(["theme=dark"]);
  });

  it("tells who waits for a write that it will not come", async () => {
    const told: unknown[] = [];
    const { browser, gated } = await scene(
      dirty((_req, res) => {
        res.write("a", (error) => told.push(error));
        res.end("b", "latin1", (error?: unknown) => told.push(error));
      }),
    );
    gated.failSaves(AWAY);
    await browser.visit("/");
    expect(told).toEqual([AWAY, AWAY]);
  });

  it("takes what its producer still writes, and sends none of it", async () => {
    const writes: boolean[] = [];
    const { browser, gated } = await scene(
      dirty(async (_req, res) => {
        const waits = (): Promise<unknown> =>
          Promise.race([once(res, "drain"), once(res, "close")]);
        for (let each = 0; each < 3; each++) {
          writes.push(res.write("answer"));
          if (!writes.at(-1) && !res.destroyed) await waits();
        }
        res.end("answer");
      }),
    );
    gated.failSaves(AWAY);
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([503, "Service Unavailable"]);
    // The connection is as good as new.
    gated.failSaves(undefined);
    expect((await browser.visit("/")).text).toBe("answer".repeat(4));
    expect(writes.slice(0, 3)).toEqual([false, false, false]);
  });

  it("bears a producer that writes on from its callbacks when the error has been answered", async () => {
    const { browser, gated } = await scene(
      dirty((_req, res) => {
        let calls = 0;
        const writeOn = (): void => void (calls++ < 3 && res.write("answer", writeOn));
        writeOn();
      }),
    );
    gated.failSaves(AWAY);
    expect((await browser.visit("/")).text).toBe("Service Unavailable");
  });

  it("ends a pipeline, and its source", async () => {
    const source = new Readable({ read() {} });
    const ended = deferred<string>();
    const { browser, gated } = await scene(
      dirty(async (_req, res) => {
        source.push("answer");
        await pipeline(source, res).catch((error: NodeJS.ErrnoException) =>
          ended.resolve(error.code ?? ""),
        );
      }),
    );
    gated.failSaves(AWAY);
    expect((await browser.visit("/")).status).toBe(503);
    expect(await ended.promise).toBe("ERR_STREAM_PREMATURE_CLOSE");
    expect(source.destroyed).toBe(true);
  });
});

describe("a handler that fails", () => {
  const bug = new Error("secret");
  const fail = (): never => {
    throw bug;
  };

  it.each<[string, Handler]>([
    ["throws", fail],
    ["rejects", async () => fail()],
    ["throws with a session that changed", dirty(fail)],
    [
      "throws after it has begun an answer that waits",
      dirty((_req, res) => (res.write("answer"), fail())),
    ],
    [
      "throws after fields of an answer",
      (_req, res) => (res.setHeader("content-type", "image/png"), fail()),
    ],
  ])("is answered with 500 and not a word when it %s", async (_how, handle) => {
    const { browser, errors } = await scene(handle);
    const { status, text, headers } = await browser.visit("/");
    expect([status, text, headers["content-type"]]).toEqual([
      500,
      "Internal Server Error",
      "text/plain; charset=utf-8",
    ]);
    expect(errors).toEqual([bug]);
  });

  it("does not harm an answer that is complete", async () => {
    const { browser, errors } = await scene(dirty((_req, res) => (res.end("answer"), fail())));
    const { status, text } = await browser.visit("/");
    expect([status, text, errors]).toEqual([200, "answer", [bug]]);
  });

  it("breaks the connection off in the middle of an answer", async () => {
    const { browser, errors } = await scene((_req, res) => (res.write("half of "), fail()));
    await expect(browser.visit("/")).rejects.toThrow(/aborted|hang up/);
    expect(errors).toEqual([bug]);
  });

  it("gets the status of a store that failed in it", async () => {
    const { browser, gated } = await scene(async (_req, _res, session) => {
      session.values["seen"] = true;
      await gated.store.save(session);
    });
    gated.failSaves(AWAY);
    const { status, headers } = await browser.visit("/");
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
  });
});
