// The response gate over sessions that the test controls.
import { createServer, type ServerResponse } from "node:http";
import { type SetCookie, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it } from "vitest";
import type { NodeResponse } from "../../src/response/message.ts";
import { patchResponse } from "../../src/response/patched-methods.ts";
import type { PendingSessions } from "../../src/response/pending-sessions.ts";
import { ResponseGate } from "../../src/response/response-gate.ts";
import { Browser, deferred } from "../../src/testing/index.ts";
import { listen } from "../serve.ts";

const UNAVAILABLE = new StoreUnavailableError("Redis is down.");
const OWED: SetCookie = {
  name: "session",
  value: "moved",
  options: {} as never,
  isRenewal: false,
  toString: () => "session=moved",
};

/** Sessions that are due until they are stored, after a save by the application that failed. */
function failedSessions(): PendingSessions & { stored: number } {
  let cookies: SetCookie[] = [];
  let due: object | undefined = {};
  return {
    stored: 0,
    canSendCookies: false,
    response: undefined,
    get cookies() {
      return cookies;
    },
    due: () => due,
    async settle() {
      this.stored++;
      due = undefined;
      return true;
    },
    settleLate: async () => [],
    failedWrite: () => ({ error: UNAVAILABLE }),
    giveUp() {
      cookies = [OWED];
    },
    restoreCookies: () => {},
  };
}

type Act = (res: ServerResponse, gate: ResponseGate) => unknown;
type Prepare = (res: ServerResponse) => unknown;

function unchangedSessions(): PendingSessions {
  return {
    canSendCookies: false,
    response: undefined,
    cookies: [],
    due: () => undefined,
    settle: async () => true,
    settleLate: async () => [],
    failedWrite: () => undefined,
    giveUp: () => {},
    restoreCookies: () => {},
  };
}

async function serve(
  respond: (res: ServerResponse, gate: ResponseGate) => unknown,
): Promise<{ browser: Browser; sessions: ReturnType<typeof failedSessions> }> {
  const sessions = failedSessions();
  const server = createServer((req, res) => {
    const gate = new ResponseGate(req, res as unknown as NodeResponse, sessions);
    gate.hooks = { onError: () => {} };
    patchResponse(res as unknown as NodeResponse, gate);
    void respond(res, gate);
  });
  return { browser: new Browser(`http://127.0.0.1:${await listen(server)}`), sessions };
}

describe("after a save by the application that failed", () => {
  it.each<[string, (res: ServerResponse, gate: ResponseGate) => unknown]>([
    ["a status and end", (res) => ((res.statusCode = 503), res.end("try again"))],
    ["writeHead", (res) => res.writeHead(503).end("try again")],
    ["writes", (res) => ((res.statusCode = 500), res.write("try "), res.end("again"))],
    ["flushHeaders", (res) => ((res.statusCode = 503), res.flushHeaders(), res.end("try again"))],
    ["the handler's own throw", (_res, gate) => gate.handlerThrew(UNAVAILABLE)],
    [
      "a framework that stores first",
      async (res, gate) => {
        await gate.commit(UNAVAILABLE);
        res.writeHead(503).end("try again");
      },
    ],
  ])(
    "an error response by %s stores nothing, and has the cookies that are owed",
    async (_how, respond) => {
      const { browser, sessions } = await serve(respond);
      const { text, setCookie, headers } = await browser.visit("/");
      expect(text).toMatch(/^(try again|Service Unavailable)$/);
      expect([sessions.stored, setCookie, headers["cache-control"]]).toEqual([
        0,
        ["session=moved"],
        "no-store",
      ]);
    },
  );

  it.each([200, 302, 404])(
    "a response with the status %i stores the session first",
    async (status) => {
      const { browser, sessions } = await serve((res) => res.writeHead(status).end("done"));
      expect([(await browser.visit("/")).text, sessions.stored]).toEqual(["done", 1]);
    },
  );

  it("a framework's response without an error stores the session first", async () => {
    const { browser, sessions } = await serve(async (res, gate) => {
      await gate.commit();
      res.end("done");
    });
    expect([(await browser.visit("/")).text, sessions.stored]).toEqual(["done", 1]);
  });
});

describe("the sessions are told whether a cookie can still be sent", () => {
  const due = { due: () => ({}) };
  const stalls = { ...due, settle: () => new Promise<boolean>(() => {}) };
  const fails = { ...due, settle: () => Promise.reject(UNAVAILABLE) };
  const saveFailed = { ...due, failedWrite: () => ({ error: UNAVAILABLE }) };

  it.each<[boolean, string, Partial<PendingSessions>, Act, Prepare?]>([
    [true, "nothing has been sent", {}, () => {}],
    [true, "the response is buffered", stalls, (res) => res.writeHead(200)],
    [true, "Node refused the header", {}, (res) => expect(() => res.writeHead(99)).toThrow("99")],
    [false, "the header has been sent", {}, (res) => res.writeHead(200)],
    [false, "the response has ended", {}, (res) => res.end()],
    [
      false,
      "the sessions could not be stored",
      fails,
      (_, gate) => expect(gate.commit()).rejects.toThrow("Redis is down"),
    ],
    [
      false,
      "the response reports a save that failed",
      saveFailed,
      (_, gate) => gate.commit(UNAVAILABLE),
    ],
    [false, "the header had been sent before", {}, () => {}, (res) => res.flushHeaders()],
    [false, "the response had ended before", {}, () => {}, (res) => res.end()],
  ])("%s: %s", async (expected, _when, parts, act, prepare) => {
    const sessions = { ...unchangedSessions(), ...parts, canSendCookies: !expected };
    const told = deferred<boolean>();
    const server = createServer(async (req, res) => {
      prepare?.(res);
      const gate = new ResponseGate(req, res as unknown as NodeResponse, sessions);
      gate.hooks = { onError: () => {} };
      patchResponse(res as unknown as NodeResponse, gate);
      await act(res, gate);
      told.resolve(sessions.canSendCookies);
      res.destroy();
    });
    const port = await listen(server);
    await new Browser(`http://127.0.0.1:${port}`).visit("/").catch(() => undefined);
    expect(await told.promise).toBe(expected);
  });
});

it("sets cookies of other libraries again before the header, and not after it", async () => {
  const headersSent: boolean[] = [];
  const server = createServer((req, res) => {
    const sessions = {
      ...unchangedSessions(),
      restoreCookies: () => void headersSent.push(res.headersSent),
    };
    const gate = new ResponseGate(req, res as unknown as NodeResponse, sessions);
    patchResponse(res as unknown as NodeResponse, gate);
    res.writeHead(200);
    expect(() => res.writeHead(200)).toThrow("after they are sent");
    res.end("done");
  });
  const port = await listen(server);
  expect((await new Browser(`http://127.0.0.1:${port}`).visit("/")).text).toBe("done");
  expect(headersSent).toEqual([false]);
});
