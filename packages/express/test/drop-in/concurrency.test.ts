// Concurrent requests of one session on express-session: no write is lost and no logout is undone.
import { deferred } from "@redistore/http/testing";
import { describe, expect, it } from "vitest";
import { backends, data, frameworks, openRecords, serve } from "./application.ts";

const WRITERS = 200;
const SLOW = 40;

const times = <Result>(count: number, act: (each: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, each) => act(each)));

/** `all` resolves after `size` calls of `arrive`. */
function barrier(size: number) {
  const { promise, resolve } = deferred();
  let missing = size;
  return {
    all: promise,
    arrive: () => {
      if (--missing === 0) resolve();
    },
  };
}

describe.each(frameworks)("express-session on %s", (_framework, framework) => {
  describe.each(backends)("over %s", (_backend, connection) => {
    it(`keeps the writes of ${WRITERS} concurrent requests`, async () => {
      const loaded = barrier(WRITERS);
      const records = await openRecords(connection());
      const { browser, errors } = await serve({ framework, records }, (app) => {
        app.get("/start", (req, res) => {
          data(req)["started"] = true;
          res.end();
        });
        app.get("/write/:key", async (req, res) => {
          loaded.arrive();
          await loaded.all;
          data(req)[req.params.key] = true;
          res.end("written");
        });
        app.get("/keys", (req, res) => {
          res.json(Object.keys(data(req)));
        });
      });
      await browser.visit("/start");
      const responses = await times(WRITERS, (each) => browser.visit(`/write/key${each}`));
      expect(responses.filter(({ status }) => status !== 200)).toEqual([]);
      const keys = JSON.parse((await browser.visit("/keys")).text) as string[];
      const written = Array.from({ length: WRITERS }, (_, each) => `key${each}`);
      expect(new Set(keys)).toEqual(new Set(["cookie", "started", ...written]));
      expect(errors).toEqual([]);
    });

    it(`sends 409 to ${SLOW} slow requests whose session has ended, and stores nothing`, async () => {
      const loaded = barrier(SLOW);
      const loggedOut = deferred();
      const records = await openRecords(connection());
      const { browser, errors } = await serve({ framework, records }, (app) => {
        app.get("/start", (req, res) => {
          data(req)["user"] = "ada";
          res.end();
        });
        app.get("/slow", async (req, res) => {
          loaded.arrive();
          await loggedOut.promise;
          data(req)["slow"] = true;
          res.end("done");
        });
        app.get("/logout", (req, res, next) => {
          req.session.destroy((error) => (error ? next(error) : res.end("bye")));
        });
      });
      await browser.visit("/start");
      const slow = times(SLOW, () => browser.visit("/slow"));
      await loaded.all;
      expect((await browser.visit("/logout")).status).toBe(200);
      loggedOut.resolve();
      const responses = await slow;
      expect(await records.count()).toBe(0);
      expect(responses.filter(({ status }) => status !== 409)).toEqual([]);
      expect(responses.flatMap(({ setCookie }) => setCookie)).toEqual([]);
      expect(errors).toHaveLength(SLOW);
    });

    it("begins a new session for a write with the cookie of one that was ended elsewhere", async () => {
      const records = await openRecords(connection());
      const { browser } = await serve({ framework, records }, (app) => {
        app.get("/", (req, res) => {
          data(req)["visits"] = Number(data(req)["visits"] ?? 0) + 1;
          res.send(req.sessionID);
        });
      });
      const { text: id } = await browser.visit("/");
      await records.destroy(id);
      const { status, text, setCookie } = await browser.visit("/");
      expect([status, setCookie.length]).toEqual([200, 1]);
      expect(text).not.toBe(id);
      expect((await browser.visit("/")).text).toBe(text);
      expect(await records.count()).toBe(1);
    });
  });
});
