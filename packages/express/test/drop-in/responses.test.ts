// Responses of express-session under Express: sent after the session is stored, and an error if it cannot be stored.
import { once } from "node:events";
import { createServer } from "node:http";
import { withOperationTimeout, withURL } from "@redistore/core";
import { deferred } from "@redistore/http/testing";
import type { Request, Response } from "express";
import session from "express-session";
import { describe, expect, inject, it } from "vitest";
import { startProxy } from "../../../../test/redis/proxy.ts";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { backends, data, frameworks, openRecords, serve, visit } from "./application.ts";

function circular(): object {
  const object: Record<string, unknown> = {};
  object["itself"] = object;
  return object;
}

describe.each(frameworks)("a response of express-session on %s", (_framework, framework) => {
  it("is sent after its session is stored", async () => {
    const { hostname, port } = new URL(inject("redisUrl"));
    const proxy = await startProxy({ host: hostname, port: Number(port) });
    // Longer than the proxy delays replies.
    const records = await openRecords(withURL(proxy.url), withOperationTimeout(30));
    const stored = deferred();
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/login", (req, res) => {
        data(req)["user"] = "ada";
        proxy.blockReplies();
        void proxy.nextBlockedReply().then(stored.resolve);
        res.redirect("/home");
      });
      app.get("/ping", (_req, res) => void res.end());
    });
    const events: string[] = [];
    const response = browser.open("/login").then((res) => {
      events.push("responded");
      res.resume();
      return res.statusCode;
    });
    await stored.promise;
    // Redis has stored it, but its reply has not arrived. A response sent too early would arrive before this one.
    await browser.clone().visit("/ping");
    events.push("known");
    proxy.unblockReplies();
    expect(await response).toBe(302);
    expect(events).toEqual(["known", "responded"]);
    await proxy.close();
  });

  it("is 503 without a cookie if the session cannot be stored", async () => {
    const records = await openRecords();
    const { browser, errors } = await serve({ framework, records }, (app) => {
      app.get("/login", async (req, res) => {
        data(req)["user"] = "ada";
        await records.close();
        res.json({ welcome: "ada" });
      });
    });
    const response = await browser.visit("/login");
    expect(response).toMatchObject({ status: 503, setCookie: [] });
    expect(response.headers["retry-after"]).toBe("1");
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });

  it("is 503 if the session cannot be loaded", async () => {
    const records = await openRecords();
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/", (req, res) => {
        data(req)["user"] ??= "ada";
        res.end();
      });
    });
    await browser.visit("/");
    await records.close();
    expect(await browser.visit("/")).toMatchObject({ status: 503, setCookie: [] });
  });

  it.each([
    ["cannot be stored", () => new Map([["a", 1]])],
    ["contains itself", circular],
  ])("is 500 if a value %s", async (_what, value) => {
    const { browser, errors } = await serve({ framework, records: await openRecords() }, (app) => {
      app.get("/", (req, res) => {
        data(req)["value"] = value();
        res.end("stored");
      });
    });
    expect(await browser.visit("/")).toMatchObject({ status: 500, setCookie: [] });
    expect(errors).toHaveLength(1);
  });

  it("is aborted if it had begun before the session could not be stored", async () => {
    const records = await openRecords();
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/start", (req, res) => res.json((data(req)["visits"] = 1)));
      app.get("/", async (req, res) => {
        res.write("begun");
        data(req)["user"] = "ada";
        await records.close();
        res.end("ended");
      });
    });
    await browser.visit("/start");
    const warned = once(process, "warning");
    await expect(browser.visit("/")).rejects.toThrow("aborted");
    expect(await warned).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });

  it("has no cookie of an ended session, which could replace the cookie of a newer login", async () => {
    const records = await openRecords();
    const [loaded, loggedIn] = [deferred(), deferred()];
    const { browser } = await serve(
      { framework, records, session: { cookie: { maxAge: 60_000 } } },
      (app) => {
        app.get("/start", (req, res) => {
          data(req)["visits"] = 1;
          res.end();
        });
        app.get("/slow", async (req, res) => {
          loaded.resolve();
          await loggedIn.promise;
          data(req)["visits"] = 2;
          res.end();
        });
        app.get("/login", (req, res, next) => {
          req.session.regenerate((error) => {
            if (error) return next(error);
            data(req)["user"] = "ada";
            res.end();
          });
        });
        app.get("/user", (req, res) => void res.json(data(req)["user"] ?? null));
      },
    );
    await browser.visit("/start");
    const slow = browser.visit("/slow");
    await loaded.promise;
    await browser.visit("/login");
    loggedIn.resolve();
    expect(await slow).toMatchObject({ status: 409, setCookie: [] });
    expect((await browser.visit("/user")).text).toBe('"ada"');
  });

  it.each(backends)(
    "is unaffected if the session has ended and nothing was changed, over %s",
    async (_, connection) => {
      const records = await openRecords(connection());
      const { browser, errors } = await serve({ framework, records }, (app) => {
        app.get("/start", (req, res) => {
          data(req)["user"] = "ada";
          res.end();
        });
        app.get("/read", async (req, res) => {
          await records.destroy(req.sessionID);
          res.end(String(data(req)["user"]));
        });
      });
      await browser.visit("/start");
      expect(await browser.visit("/read")).toMatchObject({ status: 200, text: "ada" });
      expect(await records.count()).toBe(0);
      expect(errors).toEqual([]);
    },
  );
});

describe("express-session without Express", () => {
  it("stores and merges sessions, but the response does not wait", async () => {
    const records = await openRecords();
    const store = new ExpressSessionStore(records);
    const handle = session({ store, secret: "a secret", resave: false, saveUninitialized: false });
    const browser = await visit(
      createServer((req, res) => {
        handle(req as Request, res as Response, () => {
          const { views = 0 } = data(req as Request);
          data(req as Request)["views"] = Number(views) + 1;
          res.end(String(views));
        });
      }),
    );
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("1");
    expect(await records.count()).toBe(1);
  });
});
