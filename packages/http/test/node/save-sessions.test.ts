// Saving the sessions of a request at once.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { ConflictError, HeadersSentError, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { attach, getSession, saveSessions } from "../../src/index.ts";
import { Browser, controlStore } from "../../src/testing/index.ts";
import { listen, memoryStore } from "../serve.ts";

const AWAY = new StoreUnavailableError("Redis is away.");

/** Serves a listener that has to end its own response. */
async function serve(
  handle: (req: IncomingMessage, res: ServerResponse) => Promise<unknown>,
): Promise<Browser> {
  const server = createServer((req, res) => {
    attach(req, res, { onError: () => {} });
    void handle(req, res);
  });
  return new Browser(`http://127.0.0.1:${await listen(server)}`);
}

describe("saveSessions", () => {
  it("has stored all of them when it resolves; their cookies go with the response, in the order of asking", async () => {
    const store = await memoryStore();
    const browser = await serve(async (req, res) => {
      for (const name of ["b", "a", "c"]) {
        (await getSession(store, req, res, name)).values["seen"] = true;
      }
      await saveSessions(req, res);
      res.end(String(await store.count()));
    });
    const { text, setCookie } = await browser.visit("/");
    expect(text).toBe("3");
    expect(setCookie.map((line) => line[0])).toEqual(["b", "a", "c"]);
  });

  it("keeps that order of the cookies where the first store is the slowest", async () => {
    const slow = controlStore(await memoryStore());
    const quick = await memoryStore();
    const browser = await serve(async (req, res) => {
      (await getSession(slow.store, req, res, "slow")).values["seen"] = true;
      (await getSession(quick, req, res, "quick")).values["seen"] = true;
      const paused = slow.pauseSaves("after");
      const saved = saveSessions(req, res);
      await paused.begun;
      await new Promise(setImmediate);
      paused.release();
      await saved;
      res.end();
    });
    const { setCookie } = await browser.visit("/");
    expect(setCookie.map((line) => line.split("=", 1)[0])).toEqual(["slow", "quick"]);
  });

  it("still sends a new cookie after Node refused the header, because nothing has been sent then", async () => {
    const store = await memoryStore();
    const browser = await serve(async (req, res) => {
      const session = await getSession(store, req, res);
      expect(() => res.writeHead(99)).toThrow(RangeError);
      session.values["seen"] = true;
      const error: unknown = await saveSessions(req, res).catch((reason: unknown) => reason);
      res.writeHead(500).end(String(error));
    });
    const { status, text, setCookie } = await browser.visit("/");
    expect([status, text, setCookie.length, await store.count()]).toEqual([500, "undefined", 1, 1]);
  });

  it("does nothing where there is nothing", async () => {
    const browser = await serve(async (req, res) => {
      await saveSessions(req, res);
      res.end("nothing");
    });
    expect((await browser.visit("/")).text).toBe("nothing");
  });

  it("throws the one failure as it is, and lets the handler respond to it once all is well again", async () => {
    const gated = controlStore(await memoryStore());
    const failures: unknown[] = [];
    const browser = await serve(async (req, res) => {
      (await getSession(gated.store, req, res)).values["seen"] = true;
      gated.failSaves(AWAY);
      await saveSessions(req, res).catch((error: unknown) => failures.push(error));
      gated.failSaves(undefined);
      res.end("stored after all");
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length, failures]).toEqual(["stored after all", 1, [AWAY]]);
  });

  it("goes on past a failure, and names the sessions of several", async () => {
    const [good, bad] = [await memoryStore(), controlStore(await memoryStore())];
    const worse = controlStore(await memoryStore());
    let failure: unknown;
    const browser = await serve(async (req, res) => {
      (await getSession(bad.store, req, res, "bad")).values["seen"] = true;
      (await getSession(good, req, res, "good")).values["seen"] = true;
      (await getSession(worse.store, req, res, "worse")).values["seen"] = true;
      bad.failSaves(new ConflictError("It was changed."));
      worse.failSaves(AWAY);
      await saveSessions(req, res).catch((error: unknown) => (failure = error));
      res.end("body");
    });
    const { status, headers, setCookie } = await browser.visit("/");
    expect(failure).toBeInstanceOf(AggregateError);
    expect(String(failure)).toBe(
      'AggregateError: 2 sessions could not be stored: "bad" (It was changed.), "worse" (Redis is away.)',
    );
    // The response tries again, and gets the gravest; what was stored has its cookie.
    expect([status, headers["retry-after"]]).toEqual([503, "1"]);
    expect(setCookie).toEqual([expect.stringMatching(/^good=/)]);
  });

  it("stores the others where trustProxy throws for one", async () => {
    const store = await memoryStore();
    const error = new TypeError("The client has gone.");
    const trustProxy = (): never => {
      throw error;
    };
    const failures: unknown[] = [];
    const browser = await serve(async (req, res) => {
      req.headers["x-forwarded-proto"] = "https";
      (await getSession(store, req, res, { name: "bad", trustProxy })).values["seen"] = true;
      (await getSession(store, req, res, "good")).values["seen"] = true;
      await saveSessions(req, res).catch((failure: unknown) => failures.push(failure));
      res.destroy();
    });
    await browser.visit("/").catch(() => undefined);
    expect([await store.count(), failures]).toEqual([1, [error]]);
  });

  it("says that a cookie comes too late", async () => {
    const store = await memoryStore();
    let failure: unknown;
    const browser = await serve(async (req, res) => {
      const { values } = await getSession(store, req, res);
      res.write("half of ");
      values["late"] = true;
      await saveSessions(req, res).catch((error: unknown) => (failure = error));
      res.end("it");
    });
    expect((await browser.visit("/")).text).toBe("half of it");
    expect(failure).toBeInstanceOf(HeadersSentError);
  });
});
