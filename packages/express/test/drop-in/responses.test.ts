// What the clients of stock express-session with our store are answered: after their session is stored, and never that it is when it is not.
import { once } from "node:events";
import { createServer } from "node:http";
import { withOperationTimeout, withURL } from "@redistore/core";
import { deferred } from "@redistore/http/testing";
import type { Request, Response } from "express";
import session from "express-session";
import { describe, expect, inject, it } from "vitest";
import { startProxy } from "../../../../test/redis/proxy.ts";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { backends, data, frameworks, openRecords, play, visit } from "./stage.ts";

function circular(): object {
  const object: Record<string, unknown> = {};
  object["itself"] = object;
  return object;
}

describe.each(frameworks)("an answer of express-session on %s", (_framework, framework) => {
  it("leaves after its session is stored", async () => {
    const { hostname, port } = new URL(inject("redisUrl"));
    const proxy = await startProxy({ host: hostname, port: Number(port) });
    // Long enough for replies that are held.
    const records = await openRecords(withURL(proxy.url), withOperationTimeout(30));
    const stored = deferred();
    const { browser } = await play({ framework, records }, (app) => {
      app.get("/login", (req, res) => {
        data(req)["user"] = "ada";
        proxy.holdReplies();
        void proxy.nextHeldReply().then(stored.resolve);
        res.redirect("/home");
      });
      app.get("/ping", (_req, res) => void res.end());
    });
    const events: string[] = [];
    const answer = browser.open("/login").then((res) => {
      events.push("answered");
      res.resume();
      return res.statusCode;
    });
    await stored.promise;
    // It is stored, but the server does not know it yet; whatever it had sent would be here with this answer.
    await browser.clone().visit("/ping");
    events.push("known");
    proxy.release();
    expect(await answer).toBe(302);
    expect(events).toEqual(["known", "answered"]);
    await proxy.close();
  });

  it("is 503 where the session cannot be stored, with no cookie for it", async () => {
    const records = await openRecords();
    const { browser, errors } = await play({ framework, records }, (app) => {
      app.get("/login", async (req, res) => {
        data(req)["user"] = "ada";
        await records.close();
        res.json({ welcome: "ada" });
      });
    });
    const answer = await browser.visit("/login");
    expect(answer).toMatchObject({ status: 503, setCookie: [] });
    expect(answer.headers["retry-after"]).toBe("1");
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });

  it("is 503 where the session cannot be loaded", async () => {
    const records = await openRecords();
    const { browser } = await play({ framework, records }, (app) => {
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
    ["is nothing that can be stored", () => new Map([["a", 1]])],
    ["contains itself", circular],
  ])("is 500 where a value %s", async (_what, value) => {
    const { browser, errors } = await play({ framework, records: await openRecords() }, (app) => {
      app.get("/", (req, res) => {
        data(req)["value"] = value();
        res.end("stored");
      });
    });
    expect(await browser.visit("/")).toMatchObject({ status: 500, setCookie: [] });
    expect(errors).toHaveLength(1);
  });

  it("is broken off where it had begun when the session could not be stored", async () => {
    const records = await openRecords();
    const { browser } = await play({ framework, records }, (app) => {
      app.get("/", async (req, res) => {
        res.write("begun");
        data(req)["user"] = "ada";
        await records.close();
        res.end("ended");
      });
    });
    const warned = once(process, "warning");
    await expect(browser.visit("/")).rejects.toThrow("aborted");
    expect(await warned).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });

  it("carries no cookie of an ended session over that of a newer login", async () => {
    const records = await openRecords();
    const [loaded, loggedIn] = [deferred(), deferred()];
    const { browser } = await play(
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
    "is as usual where nothing was to be stored in an ended session, over %s",
    async (_, connection) => {
      const records = await openRecords(connection());
      const { browser, errors } = await play({ framework, records }, (app) => {
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

describe("an answer of express-session on another host than Express", () => {
  it("is express-session's own business; the session is stored and merged all the same", async () => {
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
