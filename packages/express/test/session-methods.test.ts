import { SessionGoneError, StoreUnavailableError } from "@redistore/core";
import { deferred } from "@redistore/http/testing";
import type { Request } from "express";
import { describe, expect, it, vi } from "vitest";
import { getSession } from "../src/index.ts";
import { type Data, data, scene, withHandler } from "./serve.ts";

/** Calls a method in its callback form, and sees that it calls back once. */
function called(call: (callback: (error?: unknown) => void) => unknown): Promise<unknown> {
  return new Promise((resolve) => {
    const callback = vi.fn<(error?: unknown) => void>((error) => {
      // A second call would come before this.
      setImmediate(() => {
        expect(callback).toHaveBeenCalledTimes(1);
        resolve(error);
      });
    });
    call(callback);
  });
}

describe.each(["promise", "callback"] as const)("the methods of req.session, %s form", (form) => {
  const run = async (
    req: Request,
    name: "save" | "regenerate" | "destroy" | "reload" | "touch",
  ) => {
    const { session } = req;
    if (form === "promise") return session[name]();
    const error = await called((callback) => expect(session[name](callback)).toBe(session));
    if (error !== undefined) throw error;
    return undefined;
  };

  it("save stores at once", async () => {
    const { browser, store } = await scene(
      withHandler(async (req, res) => {
        data(req)["user"] = "ada";
        await run(req, "save");
        res.json([await store.count(), req.sessionID.length]);
      }),
    );
    expect((await browser.visit("/")).text).toBe("[1,52]");
    expect((await browser.visit("/show")).text).toBe('{"user":"ada"}');
  });

  it("regenerate gives a new, empty req.session, and leaves the old one readable", async () => {
    const { browser, store } = await scene(
      withHandler(async (req, res) => {
        const old = req.session;
        await run(req, "regenerate");
        data(req)["user"] = "ada";
        res.json([old, old.id === req.sessionID, old === req.session, Object.keys(req.session)]);
      }),
    );
    await browser.visit("/set?views=1");
    const before = browser.cookies.get("session");
    expect(JSON.parse((await browser.visit("/")).text)).toEqual([
      { views: "1" },
      false,
      false,
      ["user"],
    ]);
    expect(browser.cookies.get("session")).not.toBe(before);
    expect((await browser.visit("/show")).text).toBe('{"user":"ada"}');
    expect(await store.count()).toBe(1);
  });

  it("destroy ends the session, and leaves req.session undefined", async () => {
    const { browser, store } = await scene(
      withHandler(async (req, res) => {
        const old = req.session;
        const destroyed = run(req, "destroy");
        const atOnce = typeof req.session;
        await destroyed;
        res.json([atOnce, typeof req.session, old]);
      }),
    );
    await browser.visit("/set?views=1");
    const response = await browser.visit("/");
    expect(JSON.parse(response.text)).toEqual(["undefined", "undefined", { views: "1" }]);
    expect(response.setCookie.join()).toMatch(/^session=;/);
    expect(await store.count()).toBe(0);
  });

  it("reload takes what is stored, and drops what is not", async () => {
    const { browser } = await scene(
      withHandler(async (req, res) => {
        data(req)["views"] = "2";
        data(req)["more"] = true;
        await run(req, "reload");
        res.json(req.session);
      }),
    );
    await browser.visit("/set?views=1");
    expect((await browser.visit("/")).text).toBe('{"views":"1"}');
  });

  it("touch sends the cookie anew, and stores nothing", async () => {
    const { browser, gated } = await scene(
      withHandler(async (req, res) => {
        await run(req, "touch");
        res.end();
      }),
    );
    await browser.visit("/set?views=1");
    expect((await browser.visit("/")).setCookie).toHaveLength(1);
    expect((await browser.visit("/show")).text).toBe('{"views":"1"}');
    expect(gated.saves).toBe(2);
  });

  it.each(["save", "reload", "touch"] as const)(
    "%s tells that the session has ended meanwhile",
    async (name) => {
      let error: unknown;
      const { browser, store } = await scene(
        withHandler(async (req, res) => {
          await store.records.destroy(req.sessionID);
          data(req)["user"] = "ada";
          error = await run(req, name).catch((thrown: unknown) => thrown);
          res.end();
        }),
      );
      await browser.visit("/set?views=1");
      // What was set cannot be stored: the response is discarded.
      expect((await browser.visit("/")).status).toBe(409);
      expect(error).toBeInstanceOf(SessionGoneError);
    },
  );

  it("regenerate begins a new session if the old one has ended meanwhile", async () => {
    const { browser, store } = await scene(
      withHandler(async (req, res) => {
        await store.records.destroy(req.sessionID);
        await run(req, "regenerate");
        data(req)["user"] = "ada";
        res.end();
      }),
    );
    await browser.visit("/set?views=1");
    expect(await browser.visit("/")).toMatchObject({ status: 200 });
    expect(await store.count()).toBe(1);
  });
});

describe("the methods of req.session", () => {
  it("lets an exception of a callback be one", async () => {
    const thrown = deferred<unknown>();
    const { browser } = await scene(
      withHandler((req, res) => {
        const others = process.listeners("uncaughtException");
        process.removeAllListeners("uncaughtException");
        process.once("uncaughtException", (error) => {
          for (const other of others) process.on("uncaughtException", other);
          thrown.resolve(error);
          res.end();
        });
        req.session.save(() => {
          throw new Error("a bug");
        });
      }),
    );
    await browser.visit("/");
    expect(await thrown.promise).toEqual(new Error("a bug"));
  });

  it("regenerate takes along what it is asked to, and whose session it is", async () => {
    const { browser } = await scene(
      withHandler(async (req, res) => {
        await req.session.regenerate({ keep: ["cart"] as never, principal: "ada" });
        res.json([req.session, getSession(req).principal]);
      }),
    );
    await browser.visit("/set?cart=apple&views=1");
    expect((await browser.visit("/")).text).toBe('[{"cart":"apple"},"ada"]');
  });

  it.each(["regenerate", "destroy"] as const)(
    "refuses changes of an object that is no longer req.session, after %s",
    async (name) => {
      const { browser } = await scene(
        withHandler(async (req, res) => {
          const old = req.session as unknown as Data;
          await req.session[name]();
          expect(() => (old["user"] = "ada")).toThrow(/Read req\.session again/);
          expect(() => delete old["views"]).toThrow(/Read req\.session again/);
          res.json(old);
        }),
      );
      await browser.visit("/set?views=1");
      expect((await browser.visit("/")).text).toBe('{"views":"1"}');
    },
  );

  it("keeps req.session where regenerate fails", async () => {
    const { browser, store } = await scene(
      withHandler(async (req, res) => {
        const old = req.session;
        await store.close();
        await expect(req.session.regenerate()).rejects.toThrow(StoreUnavailableError);
        res.json([req.session === old, req.session]);
      }),
    );
    await browser.visit("/set?views=1");
    expect((await browser.visit("/")).text).toBe('[true,{"views":"1"}]');
  });
});
