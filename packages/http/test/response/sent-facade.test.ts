// A response looks sent while it is buffered, on every version of Node.
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { NodeResponse } from "../../src/response/message.ts";
import { SentFacade } from "../../src/response/sent-facade.ts";
import { deferred } from "../../src/testing/index.ts";
import { codeOf, scene } from "../serve.ts";

/** Runs `act` on the response in the turn in which it is buffered; returns the result and what the client got. */
async function whileBuffered<Result>(
  act: (res: ServerResponse) => Result,
  begin: (res: ServerResponse) => unknown = (res) => res.end("body"),
): Promise<{ result: Result; status: number; text: string; headers: object; errors: unknown[] }> {
  const done = deferred<Result>();
  const { browser, gated, errors } = await scene((_req, res, { values }) => {
    values["seen"] = true;
    begin(res);
    done.resolve(act(res));
    if (!res.writableEnded) res.end("body");
  });
  const paused = gated.pauseSaves();
  const visit = browser.visit("/");
  await paused.begun;
  paused.release();
  const { status, text, headers } = await visit;
  return { result: await done.promise, status, text, headers, errors };
}

describe("a buffered response", () => {
  it("looks sent and ended after end()", async () => {
    const { result } = await whileBuffered((res) => [res.headersSent, res.writableEnded]);
    expect(result).toEqual([true, true]);
  });

  it.each<[string, (res: ServerResponse) => unknown, boolean]>([
    ["write()", (res) => res.write("x"), true],
    ["writeHead()", (res) => res.writeHead(200), false],
    ["flushHeaders()", (res) => res.flushHeaders(), false],
  ])("looks sent and not ended after %s", async (_call, begin, starved) => {
    const { result } = await whileBuffered(
      (res) => [res.headersSent, res.writableEnded, res.writableNeedDrain],
      begin,
    );
    expect(result).toEqual([true, false, starved]);
  });

  it("is not finished: on-finished and loggers wait for that", async () => {
    const { result } = await whileBuffered((res) => [res.finished, res.writableFinished]);
    expect(result).toEqual([false, false]);
  });

  it.each<[string, (res: ServerResponse) => unknown]>([
    ["setHeader", (res) => res.setHeader("x-late", "1")],
    ["setHeaders", (res) => res.setHeaders(new Headers({ "x-late": "1" }))],
    ["appendHeader", (res) => res.appendHeader("x-late", "1")],
    ["removeHeader", (res) => res.removeHeader("x-early")],
    ["a second writeHead", (res) => res.writeHead(404)],
  ])("refuses %s as Node does after sending", async (_what, act) => {
    const { result, status } = await whileBuffered((res) => codeOf(() => act(res)));
    expect([result, status]).toEqual(["ERR_HTTP_HEADERS_SENT", 200]);
  });

  it("refuses a second writeHead with Node's message", async () => {
    const { result } = await whileBuffered((res) => {
      try {
        return res.writeHead(404);
      } catch (error) {
        return String(error);
      }
    });
    expect(result).toBe("Error: Cannot write headers after they are sent to the client");
  });

  it("keeps its status if another one is set too late", async () => {
    const { status } = await whileBuffered((res) => {
      res.statusCode = 404;
      res.statusMessage = "Too Late";
    });
    expect(status).toBe(200);
  });

  it("supports code that makes the header itself before each write, as compression did until 1.7.4", async () => {
    const { text, status } = await whileBuffered((res) => {
      const makeHeader = Reflect.get(res, "_implicitHeader") as () => void;
      if (!Reflect.get(res, "_header")) makeHeader.call(res);
    });
    expect([text, status]).toEqual(["body", 200]);
  });

  it("has no properties of the facade after it was sent", async () => {
    const after = deferred<string[]>();
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.end("body");
      res.once("finish", () => after.resolve(Object.keys(res)));
    });
    await browser.visit("/");
    expect(await after.promise).not.toContain("headersSent");
    expect(await after.promise).not.toContain("setHeader");
  });

  it("emits finish and close when it was really sent", async () => {
    const events: string[] = [];
    const { browser, gated } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.on("finish", () => events.push("finish")).on("close", () => events.push("close"));
      res.end("body", () => events.push("callback"));
    });
    const paused = gated.pauseSaves();
    const visit = browser.visit("/");
    await paused.begun;
    expect(events).toEqual([]);
    paused.release();
    await visit;
    expect(events.slice(0, 2).toSorted()).toEqual(["callback", "finish"]);
  });
});

function facadeOf(res: ServerResponse): SentFacade {
  return new SentFacade(res as unknown as NodeResponse);
}

describe("a response whose facade was removed", () => {
  const STATES = ["writableEnded", "writableNeedDrain"] as const;

  /** A response whose facade showed both states. */
  function removed(res = new ServerResponse(new IncomingMessage(new Socket()))): {
    res: ServerResponse;
    facade: SentFacade;
  } {
    const facade = facadeOf(res);
    facade.showEnded();
    facade.showNeedDrain();
    expect(STATES.map((name) => res[name])).toEqual([true, true]);
    facade.remove();
    return { res, facade };
  }

  it("tells its own states again, as they change", () => {
    const { res } = removed();
    expect([res.writableEnded, res.writableNeedDrain, res.headersSent]).toEqual([
      false,
      false,
      false,
    ]);
    res.end();
    expect(res.writableEnded).toBe(true);
  });

  it("tells them to an object that inherits from it", () => {
    const { res } = removed();
    const derived = Object.create(res) as ServerResponse;
    expect([derived.writableEnded, derived.writableNeedDrain]).toEqual([false, false]);
    Object.defineProperty(derived, "finished", { value: true });
    expect([derived.writableEnded, res.writableEnded]).toEqual([true, false]);
  });

  it("lists no more keys than before", () => {
    const keys = Object.keys(new ServerResponse(new IncomingMessage(new Socket())));
    expect(Object.keys(removed().res)).toEqual(keys);
  });

  it("looks ended again while it is buffered again", () => {
    const { res } = removed();
    const again = facadeOf(res);
    again.showEnded();
    expect([res.writableEnded, res.writableNeedDrain]).toEqual([true, false]);
    again.remove();
    expect(res.writableEnded).toBe(false);
  });

  it("has the properties that other code had defined on it", () => {
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    const own = { value: false, writable: true, enumerable: false, configurable: true };
    Object.defineProperty(res, "writableEnded", own);
    removed(res);
    expect(Object.getOwnPropertyDescriptor(res, "writableEnded")).toEqual(own);
    const facade = facadeOf(res);
    for (let call = 0; call < 2; call++) facade.showEnded();
    facade.remove();
    expect(Object.getOwnPropertyDescriptor(res, "writableEnded")).toEqual(own);
  });

  it("has no property that it did not have: some responses have fewer than Node's", () => {
    const stub = { headersSent: false };
    const facade = facadeOf(stub as ServerResponse);
    facade.showEnded();
    facade.showNeedDrain();
    expect([Object.keys(stub), "setHeader" in stub, "writableEnded" in stub]).toEqual([
      ["headersSent"],
      false,
      false,
    ]);
    facade.remove();
    expect(stub).toEqual({ headersSent: false });
  });
});
