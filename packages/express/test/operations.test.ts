// Operations on req.session that a handler waits for, or not: who gets their errors, and what the response waits for.
import { once } from "node:events";
import { StoreUnavailableError } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import type { RequestHandler } from "express";
import express4 from "express4";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { getSession } from "../src/index.ts";
import { data, scene, withHandler } from "./serve.ts";

const unhandled = vi.fn<(error: unknown) => void>();
beforeEach(() => void process.on("unhandledRejection", unhandled));
afterEach(() => {
  process.off("unhandledRejection", unhandled);
  unhandled.mockClear();
});

const away = new StoreUnavailableError("Redis is away.");

/** Lets one method of every core session wait, and then work or fail. */
function stopMethod(session: object, name: string, failure?: unknown): { release: () => void } {
  const target = session as Record<string, () => Promise<void>>;
  const method = target[name]?.bind(session) as () => Promise<void>;
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  target[name] = async () => {
    await gate;
    if (failure) throw failure;
    await method();
  };
  return { release };
}

describe("an operation that is not awaited", () => {
  it.each(["promise", "callback"])(
    "delays the response all the same: a logout is done before its redirect is sent (%s)",
    async (form) => {
      const gates: { release: () => void }[] = [];
      const { browser } = await scene(
        withHandler((req, res) => {
          gates.push(stopMethod(getSession(req), "destroy"));
          if (form === "promise") void req.session.destroy();
          else req.session.destroy(() => {});
          res.redirect("/show");
        }),
      );
      await browser.visit("/set?user=ada");
      let left = false;
      const logout = browser.visit("/").finally(() => (left = true));
      await browser.clone().visit("/show");
      expect(left).toBe(false);
      for (const gate of gates) gate.release();
      const { status, setCookie } = await logout;
      expect(status).toBe(302);
      expect(setCookie.join()).toMatch(/^session=;/);
    },
  );

  it.each(["save", "destroy", "touch", "reload", "regenerate"] as const)(
    "fails the response where %s fails, and not the process",
    async (name) => {
      const { browser, late } = await scene(
        withHandler((req, res) => {
          stopMethod(getSession(req), name, away).release();
          void req.session[name]();
          res.send("done");
        }),
      );
      await browser.visit("/set?user=ada");
      const { status, text, setCookie } = await browser.visit("/");
      expect({ status, setCookie }).toEqual({ status: 503, setCookie: [] });
      expect(text).not.toBe("done");
      expect((await browser.visit("/show")).text).toBe('{"user":"ada"}');
      expect(late).toEqual([]);
      expect(unhandled).not.toHaveBeenCalled();
    },
  );

  it("fails the response with the first error of several, and reports the others", async () => {
    const other = new StoreUnavailableError("Redis is still away.");
    const { browser, late } = await scene(
      withHandler((req, res) => {
        stopMethod(getSession(req), "touch", away).release();
        stopMethod(getSession(req), "reload", other).release();
        void req.session.touch();
        void req.session.reload();
        res.send("done");
      }),
    );
    await browser.visit("/set?user=ada");
    expect((await browser.visit("/")).status).toBe(503);
    expect(late).toEqual([other]);
  });

  it("fails the response also where the error came before it", async () => {
    const { browser } = await scene(
      withHandler((req, res) => {
        stopMethod(getSession(req), "destroy", away).release();
        void req.session.destroy();
        setImmediate(() => res.send("done"));
      }),
    );
    await browser.visit("/set?user=ada");
    expect((await browser.visit("/")).status).toBe(503);
  });

  it("reports to onError what comes too late for the response", async () => {
    const { browser, late } = await scene(
      withHandler((req, res) => {
        res.on("finish", () => {
          stopMethod(getSession(req), "touch", away).release();
          void req.session.touch();
        });
        res.send("done");
      }),
    );
    await browser.visit("/set?user=ada");
    expect((await browser.visit("/")).text).toBe("done");
    await browser.visit("/show");
    expect(late).toEqual([away]);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("an operation that is awaited", () => {
  it("leaves the response to the handler that awaits it", async () => {
    const { browser, late } = await scene(
      withHandler(async (req, res) => {
        stopMethod(getSession(req), "touch", away).release();
        await req.session.touch().catch((error: unknown) => void res.send(String(error)));
      }),
    );
    await browser.visit("/set?user=ada");
    expect((await browser.visit("/")).text).toBe("StoreUnavailableError: Redis is away.");
    expect(late).toEqual([]);
  });

  it("leaves it to the callback", async () => {
    const { browser } = await scene(
      withHandler((req, res) => {
        stopMethod(getSession(req), "touch", away).release();
        req.session.touch((error) => void res.send(String(error)));
      }),
    );
    await browser.visit("/set?user=ada");
    expect((await browser.visit("/")).text).toBe("StoreUnavailableError: Redis is away.");
  });

  it("gives ordinary promises to those who go on from it", async () => {
    const { browser } = await scene(
      withHandler(async (req, res) => {
        const next = req.session.save().then(() => 1);
        res.json([Object.getPrototypeOf(next) === Promise.prototype, await next]);
      }),
    );
    expect((await browser.visit("/")).text).toBe("[true,1]");
  });
});

describe("an async handler of Express 4 whose session ends while it works", () => {
  type Act = (...args: Parameters<RequestHandler>) => unknown;

  /** A browser whose next request has a session that has ended by the time that `act` runs. */
  async function browserFor(act: Act): Promise<Browser> {
    const { browser, store } = await scene(
      withHandler(async (req, res, next) => {
        await store.records.destroy(getSession(req).id);
        data(req)["late"] = true;
        await act(req, res, next);
      }),
      { express: express4 },
    );
    await browser.visit("/set?user=ada");
    return browser;
  }

  it("gives the error to next() where it catches it: 409", async () => {
    const browser = await browserFor((req, res, next) =>
      req.session.save().then(() => res.end(), next),
    );
    expect((await browser.visit("/")).status).toBe(409);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("responds 409 where it does not wait for save()", async () => {
    const browser = await browserFor((req, res) => {
      void req.session.save();
      res.end();
    });
    expect((await browser.visit("/")).status).toBe(409);
    expect(unhandled).not.toHaveBeenCalled();
  });

  it("leaves an unhandled rejection, which ends the process, where it awaits save() and catches nothing", async () => {
    // Those of the test runner, which would fail the run.
    const others = process.listeners("unhandledRejection").filter((each) => each !== unhandled);
    for (const each of others) process.off("unhandledRejection", each);
    onTestFinished(() => others.forEach((each) => process.on("unhandledRejection", each)));
    const browser = await browserFor(async (req, res) => {
      await req.session.save();
      res.end();
    });
    const rejected = once(process, "unhandledRejection");
    // Express 4 never responds.
    browser.visit("/").catch(() => {});
    const [error] = (await rejected) as unknown[];
    expect(error).toMatchObject({ code: "ERR_REDISTORE_GONE" });
  });
});
