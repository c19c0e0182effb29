// Storing sessions before the response begins, as adapters do whose framework responds at the end.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Session, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { attach, commitSessions, getSession } from "../../src/index.ts";
import { Browser, type StoreControl, controlStore } from "../../src/testing/index.ts";
import { type Data, listen, memoryStore } from "../serve.ts";

const AWAY = new StoreUnavailableError("Redis is away.");

type Handle = (
  req: IncomingMessage,
  res: ServerResponse,
  session: Session<Data>,
) => string | undefined | Promise<string | undefined>;

/**
 * A framework in few lines, as Koa is: handlers return the response's body, which is sent when all is stored. For an error the
 * framework sends a page of its own.
 */
async function framework(handle: Handle): Promise<{ browser: Browser; gated: StoreControl<Data> }> {
  const gated = controlStore(await memoryStore());
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    let running = true;
    attach(req, res, { onFailure: () => running, onError: () => {} });
    try {
      const body = await handle(req, res, await getSession(gated.store, req, res));
      running = false;
      await commitSessions(req, res);
      if (body !== undefined) res.end(body);
    } catch (error) {
      for (const name of res.getHeaderNames()) res.removeHeader(name);
      res.statusCode = (error as { status?: number }).status ?? 500;
      res.end(`the framework's page: ${String(error)}`);
    }
  };
  const server = createServer((req, res) => void serve(req, res));
  return { browser: new Browser(`http://127.0.0.1:${await listen(server)}`), gated };
}

describe("commitSessions", () => {
  it("has stored everything when it resolves, and the response does not wait again", async () => {
    const { browser, gated } = await framework((_req, _res, { values }) => {
      values["seen"] = true;
      return "body";
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length, gated.saves]).toEqual(["body", 1, 1]);
  });

  it("leaves the error response to the framework, and tries no second time", async () => {
    const { browser, gated } = await framework((_req, res, { values }) => {
      values["seen"] = true;
      res.setHeader("etag", "body");
      return "body";
    });
    gated.failSaves(AWAY);
    const { status, text, headers, setCookie } = await browser.visit("/");
    expect([status, text]).toEqual([
      503,
      "the framework's page: StoreUnavailableError: Redis is away.",
    ]);
    expect([headers.etag, setCookie, gated.saves]).toEqual([undefined, [], 1]);
  });

  it("sends the cookie of a session that has moved with the framework's response", async () => {
    const { browser, gated } = await framework(async (_req, _res, session) => {
      await session.regenerate({ principal: "ada" });
      session.values["seen"] = true;
      return "body";
    });
    gated.failSaves(AWAY);
    const { status, setCookie } = await browser.visit("/");
    expect([status, setCookie.length]).toEqual([503, 1]);
  });

  it("throws what failed if a handler has begun a response of its own", async () => {
    const { browser, gated } = await framework(async (_req, res, { values }) => {
      values["seen"] = true;
      res.end("the handler's own response");
      // Not before the save has failed.
      while (res.headersSent) await new Promise(setImmediate);
      return undefined;
    });
    gated.failSaves(AWAY);
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([
      503,
      "the framework's page: StoreUnavailableError: Redis is away.",
    ]);
  });

  it("waits for a response that a handler has begun itself", async () => {
    const { browser, gated } = await framework((_req, res, { values }) => {
      values["seen"] = true;
      res.end("the handler's own response");
      return undefined;
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length, gated.saves]).toEqual(["the handler's own response", 1, 1]);
  });

  it("does not delay or replace the response that is sent after it failed", async () => {
    const gated = controlStore(await memoryStore());
    const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      const { values } = await getSession(gated.store, req, res);
      values["seen"] = true;
      await commitSessions(req, res).catch(() => res.end("nothing was stored"));
    };
    const server = createServer((req, res) => void serve(req, res));
    gated.failSaves(AWAY);
    const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([200, "nothing was stored"]);
  });

  it("is not the last word: what changes after it is stored before the first byte", async () => {
    const gated = controlStore(await memoryStore());
    const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
      const { values } = await getSession(gated.store, req, res);
      const views = Number(values["views"] ?? 0);
      values["views"] = views + 1;
      await commitSessions(req, res);
      values["views"] = views + 2;
      res.end(String(values["views"]));
    };
    const server = createServer((req, res) => void serve(req, res));
    const browser = new Browser(`http://127.0.0.1:${await listen(server)}`);
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("4");
  });
});
