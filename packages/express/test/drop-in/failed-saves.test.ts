// After a save on express-session failed: which cookie the browser gets, and that nothing is stored that was reported as failed.
import { deferred } from "@redistore/http/testing";
import type { Request } from "express";
import { describe, expect, it } from "vitest";
import { failFirstSave, openTwice } from "../../../../test/drop-in/records.ts";
import { data, frameworks, openRecords, serve } from "./application.ts";

const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()));
  });

const save = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.save((error) => (error ? reject(error) : resolve()));
  });

/** The id in express-session's signed cookie. */
const idIn = (cookie = ""): string => /^s:([^.]+)\./.exec(decodeURIComponent(cookie))?.[1] ?? "";

describe.each(frameworks)("a save that failed on %s", (_framework, framework) => {
  it("sends the cookie of a session that was regenerated before, so that it is not lost", async () => {
    const [records, observer] = await openTwice();
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/start", (req, res) => {
        data(req)["started"] = true;
        res.end();
      });
      app.get("/login", async (req, res, next) => {
        try {
          await regenerate(req);
          data(req)["user"] = "ada";
          await records.close();
          res.end("welcome");
        } catch (error) {
          next(error);
        }
      });
    });
    await browser.visit("/start");
    const before = browser.cookies.get("connect.sid");
    const response = await browser.visit("/login");
    expect(response).toMatchObject({ status: 503, setCookie: [expect.any(String)] });
    const after = browser.cookies.get("connect.sid");
    expect(after).not.toBe(before);
    const session = await observer.load(idIn(after));
    expect(session.state).toBe("live");
    expect(session.values).not.toHaveProperty("user");
  });

  it("stores nothing with the error response, even if Redis works again by then", async () => {
    const records = await openRecords();
    failFirstSave(records);
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/start", (req, res) => {
        data(req)["order"] = 1;
        res.end();
      });
      app.get("/order", (req, res) => {
        data(req)["order"] = 2;
        res.end("ordered");
      });
      app.get("/", (req, res) => void res.json(data(req)["order"]));
    });
    await browser.visit("/start");
    expect(await browser.visit("/order")).toMatchObject({ status: 503 });
    expect((await browser.visit("/")).text).toBe("1");
  });

  it.each(["next(error)", "a response of the handler"])(
    "of an explicit save stores nothing with the error response (%s), even if Redis works again by then",
    async (how) => {
      const records = await openRecords();
      failFirstSave(records);
      const { browser } = await serve({ framework, records }, (app) => {
        app.get("/start", (req, res) => {
          data(req)["order"] = 1;
          res.end();
        });
        app.get("/order", async (req, res, next) => {
          data(req)["order"] = 2;
          try {
            await save(req);
          } catch (error) {
            data(req)["note"] = "set after the save";
            if (how === "next(error)") next(error);
            else res.status(503).end("try again");
          }
        });
        app.get("/", (req, res) => void res.json([data(req)["order"], data(req)["note"]]));
      });
      await browser.visit("/start");
      expect(await browser.visit("/order")).toMatchObject({ status: 503 });
      expect((await browser.visit("/")).text).toBe("[1,null]");
    },
  );

  it("of an explicit save is made good if the handler goes on", async () => {
    const records = await openRecords();
    failFirstSave(records);
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/start", (req, res) => {
        data(req)["order"] = 1;
        res.end();
      });
      app.get("/order", async (req, res) => {
        data(req)["order"] = 2;
        await save(req).catch(() => {});
        res.end("ordered");
      });
      app.get("/", (req, res) => void res.json(data(req)["order"]));
    });
    await browser.visit("/start");
    expect(await browser.visit("/order")).toMatchObject({ status: 200 });
    expect((await browser.visit("/")).text).toBe("2");
  });

  it("of a new session sends no cookie and stores nothing, if the save was an explicit one", async () => {
    const records = await openRecords();
    failFirstSave(records, "created");
    const { browser } = await serve({ framework, records }, (app) => {
      app.get("/order", async (req, res, next) => {
        data(req)["order"] = 1;
        await save(req).then(() => res.end(), next);
      });
    });
    expect(await browser.visit("/order")).toMatchObject({ status: 503, setCookie: [] });
    expect(await records.count()).toBe(0);
  });

  it("of an explicit save sends no cookie of the ended session over a newer login's", async () => {
    const records = await openRecords();
    const [loaded, loggedIn] = [deferred(), deferred()];
    const cookie = { maxAge: 60_000 };
    const { browser } = await serve(
      { framework, records, session: { cookie, rolling: true } },
      (app) => {
        app.get("/start", (req, res) => {
          data(req)["visits"] = 1;
          res.end();
        });
        app.get("/slow", async (req, res, next) => {
          loaded.resolve();
          await loggedIn.promise;
          data(req)["visits"] = 2;
          await save(req).then(() => res.end(), next);
        });
        app.get("/login", async (req, res) => {
          await regenerate(req);
          data(req)["user"] = "ada";
          res.end();
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
});
