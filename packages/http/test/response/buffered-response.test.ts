// What a response looks like, and does, while its session is being stored.
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { type Handler, scene } from "../serve.ts";

/** Runs `act` on the response in the turn in which it is held, and gives what came of it. */
async function whileHeld<Result>(
  act: (res: ServerResponse) => Result,
  begin: (res: ServerResponse) => unknown = (res) => res.end("answer"),
): Promise<{ result: Result; status: number; text: string; headers: object; errors: unknown[] }> {
  const done = deferred<Result>();
  const { browser, gated, errors } = await scene((_req, res, { values }) => {
    values["seen"] = true;
    begin(res);
    done.resolve(act(res));
    if (!res.writableEnded) res.end("answer");
  });
  const held = gated.holdSaves();
  const visit = browser.visit("/");
  await held.begun;
  held.release();
  const { status, text, headers } = await visit;
  return { result: await done.promise, status, text, headers, errors };
}

const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
};

describe("a response that is held", () => {
  it("looks ended and sent after end()", async () => {
    const { result } = await whileHeld((res) => [res.headersSent, res.writableEnded]);
    expect(result).toEqual([true, true]);
  });

  it.each<[string, (res: ServerResponse) => unknown, boolean]>([
    ["write()", (res) => res.write("x"), true],
    ["writeHead()", (res) => res.writeHead(200), false],
    ["flushHeaders()", (res) => res.flushHeaders(), false],
  ])("looks sent and not ended after %s", async (_door, begin, starved) => {
    const { result } = await whileHeld(
      (res) => [res.headersSent, res.writableEnded, res.writableNeedDrain],
      begin,
    );
    expect(result).toEqual([true, false, starved]);
  });

  it("is not finished for those who wait for that", async () => {
    const { result } = await whileHeld((res) => [res.finished, res.writableFinished]);
    expect(result).toEqual([false, false]);
  });

  it.each<[string, (res: ServerResponse) => unknown]>([
    ["setHeader", (res) => res.setHeader("x-late", "1")],
    ["setHeaders", (res) => res.setHeaders(new Headers({ "x-late": "1" }))],
    ["appendHeader", (res) => res.appendHeader("x-late", "1")],
    ["removeHeader", (res) => res.removeHeader("x-early")],
    ["a second writeHead", (res) => res.writeHead(404)],
  ])("refuses %s as Node does after sending", async (_what, act) => {
    const { result, status } = await whileHeld((res) => codeOf(() => act(res)));
    expect([result, status]).toEqual(["ERR_HTTP_HEADERS_SENT", 200]);
  });

  it("does not take over a status that is set too late", async () => {
    const { status } = await whileHeld((res) => {
      res.statusCode = 404;
      res.statusMessage = "Too Late";
    });
    expect(status).toBe(200);
  });

  it("bears those who make the header themselves before each write, as compression did until 1.7.4", async () => {
    const { text, status } = await whileHeld((res) => {
      const makeHeader = Reflect.get(res, "_implicitHeader") as () => void;
      if (!Reflect.get(res, "_header")) makeHeader.call(res);
    });
    expect([text, status]).toEqual(["answer", 200]);
  });

  it("is the handler's own again when it has gone out", async () => {
    const after = deferred<string[]>();
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.end("answer");
      res.once("finish", () => after.resolve(Object.keys(res)));
    });
    await browser.visit("/");
    expect(await after.promise).not.toContain("headersSent");
    expect(await after.promise).not.toContain("setHeader");
  });

  it("waits in what it does, too: finish and close come when it has really gone", async () => {
    const events: string[] = [];
    const { browser, gated } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.on("finish", () => events.push("finish")).on("close", () => events.push("close"));
      res.end("answer", () => events.push("callback"));
    });
    const held = gated.holdSaves();
    const visit = browser.visit("/");
    await held.begun;
    expect(events).toEqual([]);
    held.release();
    await visit;
    expect(events.slice(0, 2).toSorted()).toEqual(["callback", "finish"]);
  });
});

/** Has a changed session, tries `act`, and answers with the code of what it threw. */
const tries = (act: (res: ServerResponse) => unknown): Handler =>
  function tryIt(_req, res, { values }) {
    values["seen"] = true;
    res.end(String(codeOf(() => act(res))));
  };

describe("what Node would refuse", () => {
  it.each<[string, (res: ServerResponse) => unknown, string]>([
    ["a status below 100", (res) => res.writeHead(99), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["a status above 999", (res) => res.writeHead(1000), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["no status at all", (res) => res.writeHead(Number.NaN), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["a bad field name", (res) => res.writeHead(200, { "a b": "1" }), "ERR_INVALID_HTTP_TOKEN"],
    ["a bad field value", (res) => res.writeHead(200, { a: "\n" }), "ERR_INVALID_CHAR"],
    [
      "a field without a value",
      (res) => res.writeHead(200, ["a"] as never),
      "ERR_INVALID_ARG_VALUE",
    ],
    ["a chunk that is a number", (res) => res.write(5), "ERR_INVALID_ARG_TYPE"],
    ["no chunk", (res) => res.write(null), "ERR_STREAM_NULL_VALUES"],
    ["a last chunk that is an object", (res) => res.end({} as never), "ERR_INVALID_ARG_TYPE"],
  ])("is refused at the call where the response would wait: %s", async (_what, act, code) => {
    const { browser, errors } = await scene(tries(act));
    const { status, text, setCookie } = await browser.visit("/");
    expect({ status, text, cookies: setCookie.length }).toEqual({
      status: 200,
      text: code,
      cookies: 1,
    });
    expect(errors).toEqual([]);
  });

  it("does not count as the first byte where nothing waits", async () => {
    const { browser } = await scene((_req, res, { values }) => {
      expect(() => res.writeHead(99)).toThrow("99");
      // Still early enough for a new session.
      values["seen"] = true;
      res.end("answer");
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length]).toEqual(["answer", 1]);
  });

  it("is refused at the call in a reason phrase, and again in the answer that keeps it", async () => {
    const { browser, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      expect(() => res.writeHead(200, "a\nb")).toThrow("statusMessage");
      res.end("answer");
    });
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([500, "Internal Server Error"]);
    expect((errors[0] as NodeJS.ErrnoException).code).toBe("ERR_INVALID_CHAR");
  });

  it("breaks the connection off where it shows in the body", async () => {
    const { browser, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.writeHead(200, { "content-length": 3 });
      res.strictContentLength = true;
      res.end("four");
    });
    await expect(browser.visit("/")).rejects.toThrow(/hang up|reset/);
    expect((errors[0] as NodeJS.ErrnoException).code).toBe("ERR_HTTP_CONTENT_LENGTH_MISMATCH");
  });
});
