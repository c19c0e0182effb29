// If a framework takes an error over, its error response is sent, and later writes to the discarded response are not.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { StoreUnavailableError } from "@redistore/core";
import compression from "compression";
import { describe, expect, it } from "vitest";
import { attach, getSession } from "../../src/index.ts";
import { type BrowserResponse, Browser, deferred, controlStore } from "../../src/testing/index.ts";
import { listen, memoryStore } from "../serve.ts";

type Serve = (res: ServerResponse, req: IncomingMessage) => unknown;

/** What a browser gets when `handle` responds with a session that cannot be stored, and `respond` takes the error over. */
async function takenOver(
  respond: Serve,
  handle: Serve,
): Promise<BrowserResponse & { calls: number; errors: unknown[] }> {
  const gated = controlStore(await memoryStore());
  const errors: unknown[] = [];
  let calls = 0;
  const server = createServer((req, res) => {
    const onFailure = (): boolean => {
      calls++;
      respond(res, req);
      return true;
    };
    attach(req, res, { onFailure, onError: (error) => void errors.push(error) });
    void getSession(gated.store, req, res).then(({ values }) => {
      values["seen"] = true;
      return handle(res, req);
    });
  });
  gated.failSaves(new StoreUnavailableError("Redis is down."));
  const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
  return { ...(await browser.visit("/")), calls, errors };
}

/** A writer that ignores back-pressure. */
const writes: Serve = async (res) => {
  res.write("discarded");
  for (let each = 0; each < 5; each++) {
    await new Promise(setImmediate);
    res.write("discarded");
  }
  res.end("discarded");
};
const pipes: Serve = (res) => void Readable.from(["discarded", "discarded"]).pipe(res);
const page = "the framework's page";

describe("an error that a framework takes over", () => {
  it.each<[string, Serve]>([
    ["at once, with only a body", (res) => res.end(page)],
    ["at once, in parts", (res) => [res.write("the framework's "), res.end("page")]],
    ["with a status", (res) => ((res.statusCode = 503), res.end(page))],
    ["with a header", (res) => res.writeHead(200).end(page)],
    ["later, with a status", (res) => setTimeout(() => ((res.statusCode = 503), res.end(page)), 5)],
    [
      "later, with a field",
      (res) => setTimeout(() => res.setHeader("content-type", "text/html").end(page), 5),
    ],
    ["later, with a header", (res) => setTimeout(() => res.writeHead(200).end(page), 5)],
  ])(
    "is responded to %s, although the discarded response is still written",
    async (_how, respond) => {
      for (const handle of [writes, pipes, (res: ServerResponse) => res.end("discarded")]) {
        const { text, calls } = await takenOver(respond, handle);
        expect([text, calls]).toEqual([page, 1]);
      }
    },
  );

  it("lets a writer that waits for drain end before the error response", async () => {
    const ended = deferred();
    const { text } = await takenOver(
      async (res) => {
        await ended.promise;
        res.writeHead(503).end(page);
      },
      async (res) => {
        for (let each = 0; each < 3; each++) {
          if (!res.write("discarded")) await once(res, "drain");
        }
        res.end("discarded", ended.resolve);
      },
    );
    expect(text).toBe(page);
  });

  it("can be responded to later with only a body if the discarded response was complete", async () => {
    const { status, text } = await takenOver(
      (res) => setTimeout(() => res.end(page), 5),
      (res) => res.end("discarded"),
    );
    expect([status, text]).toEqual([200, page]);
  });

  it("shows the framework a response that has not begun", async () => {
    const { text } = await takenOver(
      (res) => res.end(JSON.stringify([res.headersSent, res.writableEnded, res.statusCode])),
      (res) => res.writeHead(404).end("discarded"),
    );
    expect(JSON.parse(text)).toEqual([false, false, 200]);
  });

  it("is responded to in parts behind a compression that has started on the discarded response", async () => {
    const compress = compression({ threshold: 0 });
    const { text, headers } = await takenOver(
      (res) => [res.writeHead(503), res.write("the framework's "), res.end("page")],
      (res, req) => {
        req.headers["accept-encoding"] = "gzip";
        compress(req as never, res as never, () => {});
        res.setHeader("content-type", "text/plain");
        pipes(res, req);
      },
    );
    expect([text, headers["content-encoding"]]).toEqual([page, undefined]);
  });

  it("gets a plain error response if the framework throws", async () => {
    const bug = new Error("a bug in the page");
    const { status, text, errors } = await takenOver(
      () => {
        throw bug;
      },
      (res) => res.end("discarded"),
    );
    expect([status, text]).toEqual([503, "Service Unavailable"]);
    expect(errors).toEqual([bug, expect.any(StoreUnavailableError)]);
  });
});
