import { createStore, withClock, withMaxAge, withMemory } from "@redistore/core";
import { Browser } from "@redistore/http/testing";
import express, { type RequestHandler } from "express";
import { describe, expect, it } from "vitest";
import { session } from "../src/index.ts";
import { data, KEYS, visit } from "./serve.ts";

const HOUR = 3_600_000;

/** A browser of an application that stores something in each session, then calls `handler`; `now` in Unix seconds. */
async function browse(handler: RequestHandler, clock: { now: number }): Promise<Browser> {
  const store = await createStore(
    KEYS,
    withMemory(),
    withMaxAge(86_400),
    withClock(() => clock.now),
  );
  const app = express();
  app.set("env", "test");
  app.use(session(store, { trustProxy: true }));
  app.get("/user", (req, res) => void res.json(data(req)["user"] ?? null));
  app.get("/", (req, _res, next) => {
    data(req)["user"] ??= "ada";
    next();
  });
  app.get("/", handler);
  return visit(app);
}

/** What `handler` makes of the Set-Cookie header of a new session. */
async function cookieAfter(handler: (cookie: Record<string, unknown>) => void): Promise<string> {
  const browser = await browse(
    (req, res) => {
      handler(req.session.cookie as unknown as Record<string, unknown>);
      res.end();
    },
    { now: 1_700_000_000 },
  );
  const headers = { "x-forwarded-proto": "https" };
  return (await browser.visit("/", { headers })).setCookie.join();
}

describe("req.session.cookie", () => {
  it("shows the attributes as express-session does, in milliseconds and dates", async () => {
    const browser = await browse((req, res) => void res.json(req.session.cookie), { now: 0 });
    expect(JSON.parse((await browser.visit("/")).text)).toEqual({
      originalMaxAge: 24 * HOUR,
      expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      path: "/",
      httpOnly: true,
      secure: "auto",
      sameSite: "lax",
      partitioned: false,
    });
  });

  it("is one object for as long as req.session is", async () => {
    const browser = await browse(
      (req, res) => void res.json(req.session.cookie === req.session.cookie),
      { now: 0 },
    );
    expect((await browser.visit("/")).text).toBe("true");
  });

  it.each<[string, (cookie: Record<string, unknown>) => void, RegExp]>([
    ["maxAge in milliseconds", (cookie) => (cookie["maxAge"] = HOUR), /; Max-Age=3600;/],
    ["part of a second as one", (cookie) => (cookie["maxAge"] = 1500), /; Max-Age=2;/],
    ["originalMaxAge", (cookie) => (cookie["originalMaxAge"] = HOUR), /; Max-Age=3600;/],
    [
      "expires",
      (cookie) => (cookie["expires"] = new Date(Date.now() + HOUR)),
      /; Max-Age=(3600|3599);/,
    ],
    ["path", (cookie) => (cookie["path"] = "/app"), /; Path=\/app;/],
    ["domain", (cookie) => (cookie["domain"] = "example.com"), /; Domain=example.com;/],
    ["secure", (cookie) => (cookie["secure"] = true), /; Secure;/],
    ["sameSite", (cookie) => (cookie["sameSite"] = "strict"), /; SameSite=Strict/],
    ["sameSite true", (cookie) => (cookie["sameSite"] = true), /; SameSite=Strict/],
    ["priority", (cookie) => (cookie["priority"] = "high"), /; Priority=High/],
    [
      "partitioned",
      (cookie) => Object.assign(cookie, { partitioned: true, secure: true }),
      /; Secure;.*; Partitioned/,
    ],
  ])("takes %s for this session alone", async (_what, set, cookie) => {
    expect(await cookieAfter(set)).toMatch(cookie);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["maxAge null", { maxAge: null }, /Max-Age|Expires/],
    ["expires false", { expires: false }, /Max-Age|Expires/],
    ["httpOnly false", { httpOnly: false }, /HttpOnly/],
    ["secure null", { secure: null }, /Secure/],
    ["sameSite false", { sameSite: false }, /SameSite/],
    ["domain null", { domain: null }, /Domain/],
  ])("leaves the attribute out for %s", async (_what, values, attribute) => {
    expect(await cookieAfter((cookie) => Object.assign(cookie, values))).not.toMatch(attribute);
  });

  it.each([Number.NaN, "3600000", 401 * 24 * HOUR, Infinity])(
    "refuses a maxAge of %s, and says what it takes",
    async (maxAge) => {
      let error: unknown;
      await cookieAfter((cookie) => {
        try {
          cookie["maxAge"] = maxAge;
        } catch (thrown) {
          error = thrown;
        }
      });
      expect(error).toMatchObject({ code: "ERR_REDISTORE_CONFIG" });
      expect(String(error)).toMatch(/takes milliseconds, 400 days at most/);
    },
  );

  it("decides the lifetime of the session, not of the cookie alone", async () => {
    const clock = { now: 1_700_000_000 };
    const browser = await browse((req, res) => {
      req.session.cookie.maxAge = HOUR;
      res.end();
    }, clock);
    await browser.visit("/");
    clock.now += 3599;
    expect((await browser.visit("/user")).text).toBe('"ada"');
    clock.now += 2;
    expect((await browser.visit("/user")).text).toBe("null");
  });

  it("ends the session where maxAge is 0, as express-session's would be over", async () => {
    const clock = { now: 1_700_000_000 };
    let maxAge: number | undefined;
    const browser = await browse((req, res) => {
      if (maxAge !== undefined) req.session.cookie.maxAge = maxAge;
      res.json(req.session.cookie.maxAge);
    }, clock);
    await browser.visit("/");
    maxAge = 0;
    const { setCookie, text } = await browser.visit("/");
    expect({ text, cookie: setCookie.join() }).toEqual({
      text: "0",
      cookie: expect.stringMatching(/^session=;.*Max-Age=0/),
    });
  });

  it("is kept by resetMaxAge, which gives the session back", async () => {
    const browser = await browse(
      (req, res) => {
        req.session.cookie.maxAge = HOUR;
        res.json([req.session.resetMaxAge() === req.session, req.session.cookie.maxAge]);
      },
      { now: 0 },
    );
    expect((await browser.visit("/")).text).toBe(`[true,${HOUR}]`);
  });
});
