// req.session.regenerate() on express-session, with concurrent logouts and writes.
import { deferred } from "@redistore/http/testing";
import type { Express, Request } from "express";
import { describe, expect, it } from "vitest";
import { backends, data, openRecords, serve } from "./application.ts";

/** `pass` resolves `came` and waits for `open`: it stops a handler until the test continues it. */
function gate() {
  const [came, open] = [deferred(), deferred()];
  return {
    pass: () => {
      came.resolve();
      return open.promise;
    },
    came: came.promise,
    open: open.resolve,
  };
}

const regenerate = (req: Request): Promise<void> =>
  new Promise((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error as Error) : resolve()));
  });

interface Gates {
  readonly before?: () => Promise<void>;
  readonly after?: () => Promise<void>;
  readonly slow?: () => Promise<void>;
}

function pages({ before, after, slow }: Gates): (app: Express) => void {
  return (app) => {
    app.get("/start", (req, res) => {
      data(req)["started"] = true;
      res.end();
    });
    app.get("/login", async (req, res, next) => {
      try {
        await before?.();
        await regenerate(req);
        data(req)["user"] = "ada";
        await after?.();
        res.end();
      } catch (error) {
        next(error);
      }
    });
    app.get("/slow", async (req, res) => {
      await slow?.();
      data(req)["slow"] = true;
      res.end();
    });
    app.get("/logout", async (req, res, next) => {
      await slow?.();
      req.session.destroy((error) => (error ? next(error) : res.end()));
    });
    app.get("/", (req, res) => void res.json(data(req)));
  };
}

describe.each(backends)("regenerate over %s", (_backend, connection) => {
  it("starts an empty session under a new id and ends the old one", async () => {
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, pages({}));
    await browser.visit("/start");
    const old = browser.clone();
    const { setCookie } = await browser.visit("/login");
    expect(setCookie).toHaveLength(1);
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
    expect(JSON.parse((await browser.visit("/")).text)).not.toHaveProperty("started");
    expect(JSON.parse((await old.visit("/")).text)).not.toHaveProperty("user");
    expect(await records.count()).toBe(1);
  });

  it("works for a request without a session", async () => {
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, pages({}));
    await browser.visit("/login");
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("succeeds after a logout", async () => {
    const login = gate();
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, pages({ before: login.pass }));
    await browser.visit("/start");
    const response = browser.visit("/login");
    await login.came;
    await browser.visit("/logout");
    login.open();
    expect(await response).toMatchObject({ status: 200 });
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("is not undone by a concurrent logout that has the old id: nothing of the old session went along", async () => {
    const [login, logout] = [gate(), gate()];
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, pages({ after: login.pass, slow: logout.pass }));
    await browser.visit("/start");
    const loggedOut = browser.clone().visit("/logout");
    await logout.came;
    const response = browser.visit("/login");
    await login.came;
    logout.open();
    expect(await loggedOut).toMatchObject({ status: 200 });
    login.open();
    expect(await response).toMatchObject({ status: 200 });
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("rejects writes of concurrent requests that have the old id", async () => {
    const write = gate();
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, pages({ slow: write.pass }));
    await browser.visit("/start");
    const slow = browser.clone().visit("/slow");
    await write.came;
    await browser.visit("/login");
    write.open();
    expect(await slow).toMatchObject({ status: 409, setCookie: [] });
    expect(JSON.parse((await browser.visit("/")).text)).toMatchObject({ user: "ada" });
    expect(await records.count()).toBe(1);
  });

  it("rejects a save of the old session object", async () => {
    const records = await openRecords(connection());
    const { browser } = await serve({ records }, (app) => {
      app.get("/start", (req, res) => {
        data(req)["started"] = true;
        res.end();
      });
      app.get("/both", async (req, res) => {
        const old = req.session;
        await regenerate(req);
        data(req)["mine"] = true;
        (old as unknown as Record<string, unknown>)["lost"] = true;
        old.save((error: unknown) => void res.json((error as { code?: string } | null)?.code));
      });
      app.get("/", (req, res) => void res.json(Object.keys(data(req))));
    });
    await browser.visit("/start");
    expect((await browser.visit("/both")).text).toBe('"ERR_REDISTORE_GONE"');
    expect((await browser.visit("/")).text).toBe('["cookie","mine"]');
  });
});
