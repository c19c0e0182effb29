// Errors of handlers and of the store: one response each, by Koa, and all of them are emitted to app.on("error").
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { StoreUnavailableError } from "@redistore/core";
import { deferred } from "@redistore/http/testing";
import type { Context } from "koa";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { MemoryBackend } from "../../core/src/backends/memory/memory-backend.ts";
import { getSession } from "../src/index.ts";
import { type Scene, scene, VERSIONS } from "./serve.ts";

const AWAY = new StoreUnavailableError("Redis is away.");
const show = (ctx: Context): void => {
  ctx.body = JSON.stringify(ctx.session);
};

/** A session in the browser, and a store that fails from now on. */
async function outage({ browser, gated }: Scene): Promise<void> {
  await browser.visit("/");
  gated.failSaves(AWAY);
}

describe.each(VERSIONS)("%s", (_version, koa) => {
  /** `act` serves "/", and "/show" shows the session. */
  const serve = (act: (ctx: Context) => unknown, before?: Parameters<typeof scene>[0]) =>
    scene(
      (app) => {
        app.use((ctx) => (ctx.path === "/show" ? show(ctx) : act(ctx)));
      },
      { koa, ...(before && { before: (app) => before(app, {} as never) }) },
    );

  describe("a handler that throws", () => {
    it("for a save that failed has nothing stored after all: the client is told to try again", async () => {
      const { browser, store, errors } = await serve(async (ctx) => {
        ctx.session.views = 1;
        await ctx.session.save();
      });
      vi.spyOn(MemoryBackend.prototype, "create").mockRejectedValueOnce(AWAY);
      expect([(await browser.visit("/")).status, await store.count()]).toEqual([503, 0]);
      expect(errors).toEqual([AWAY]);
    });

    it("or catches the error of a save and responds 503, has nothing stored after all", async () => {
      const { browser, store } = await serve(async (ctx) => {
        ctx.session.views = 1;
        await ctx.session.save().catch(() => (ctx.status = 503));
      });
      vi.spyOn(MemoryBackend.prototype, "create").mockRejectedValueOnce(AWAY);
      expect([(await browser.visit("/")).status, await store.count()]).toEqual([503, 0]);
    });

    it("has stored what it changed before, and the cookie is in Koa's response", async () => {
      const { browser, errors } = await serve((ctx) => {
        ctx.session.views = 1;
        ctx.cookies.set("theme", "dark");
        ctx.throw(418, "teapot", { headers: { "x-reason": "tea" } });
      });
      const { status, text, setCookie, headers } = await browser.visit("/");
      expect({ status, text, reason: headers["x-reason"] }).toEqual({
        status: 418,
        text: "teapot",
        reason: "tea",
      });
      // The cookies of others are not in it, as without sessions.
      expect(setCookie).toEqual([expect.stringMatching(/^session=/)]);
      expect(errors).toMatchObject([{ status: 418 }]);
      expect((await browser.visit("/show")).text).toBe('{"views":1}');
    });

    it("gets the response for its own error if the store fails, too, and both are emitted", async () => {
      const bug = new Error("a bug");
      const { browser, gated, errors } = await serve((ctx) => {
        ctx.session.views = 1;
        throw bug;
      });
      gated.failSaves(AWAY);
      const { status, setCookie } = await browser.visit("/");
      expect({ status, setCookie, errors }).toEqual({
        status: 500,
        setCookie: [],
        errors: [AWAY, bug],
      });
    });

    it("leaves what has begun to the client, as Koa does, and stores what changed at its end", async () => {
      const seen = deferred();
      const { browser, errors } = await serve(async (ctx) => {
        if (ctx.session.isNew) {
          ctx.session.views = 1;
          return show(ctx);
        }
        ctx.respond = false;
        ctx.res.write("begun");
        await seen.promise;
        ctx.session.views = 2;
        throw new Error("a bug");
      });
      await browser.visit("/");
      const res = await browser.open("/");
      await once(res, "data");
      seen.resolve();
      while (errors.length === 0) await setImmediate();
      expect(errors).toMatchObject([{ message: "a bug", headerSent: true }]);
      res.destroy();
      while ((await browser.visit("/show")).text !== '{"views":2}') await setImmediate();
    });
  });

  describe("a store that fails", () => {
    it("gives err.status 503 and retry-after to the middleware outside, which may respond", async () => {
      const seen: unknown[] = [];
      const scenery = await serve(
        (ctx) => {
          ctx.session.views = (ctx.session.views ?? 0) + 1;
          ctx.body = "thank you";
        },
        (app) =>
          app.use(async (ctx, next) => {
            try {
              await next();
            } catch (error) {
              seen.push(error);
              ctx.status = (error as { status: number }).status;
              ctx.body = "come again";
            }
          }),
      );
      await outage(scenery);
      const { browser, errors } = scenery;
      const { status, text, setCookie } = await browser.visit("/");
      expect({ status, text, setCookie }).toEqual({
        status: 503,
        text: "come again",
        setCookie: [],
      });
      expect(seen).toEqual([AWAY]);
      expect(errors).toEqual([]);
    });

    it("gets Koa's response with the status alone, and is emitted to app.on('error') once", async () => {
      const scenery = await serve((ctx) => {
        ctx.session.views = (ctx.session.views ?? 0) + 1;
        ctx.etag = "made-up";
        ctx.body = "thank you";
      });
      await outage(scenery);
      const { status, text, headers } = await scenery.browser.visit("/");
      expect({ status, text }).toEqual({ status: 503, text: "Service Unavailable" });
      expect(headers).toMatchObject({ "retry-after": "1" });
      expect(headers).not.toHaveProperty("etag");
      expect(scenery.errors).toEqual([AWAY]);
    });

    it("tells the client the text of the status, and the log the advice, when the session ended meanwhile", async () => {
      const { app, browser, store } = await serve(async (ctx) => {
        ctx.session.views = (ctx.session.views ?? 0) + 1;
        if (!ctx.session.isNew) await store.records.destroy(getSession(ctx).id);
        ctx.body = "thank you";
      });
      await browser.visit("/");
      // Koa's own listener, which writes to the console.
      app.on("error", (error) => app.onerror(error));
      const log = vi.spyOn(console, "error").mockReturnValue();
      onTestFinished(() => log.mockRestore());
      const { status, text, setCookie } = await browser.visit("/");
      expect({ status, setCookie }).toEqual({ status: 409, setCookie: [] });
      expect(text).toBe("Conflict");
      expect(log).toHaveBeenCalledWith(
        expect.stringContaining("SessionGoneError: The session ended"),
      );
    });

    it.each<[string, (ctx: Context) => unknown]>([
      ["waits for the end of its response", (ctx) => once(ctx.res.end("mine"), "finish")],
      ["goes on", (ctx) => void ctx.res.end("mine")],
      ["writes on", ({ res }) => void (res.write("mine"), res.end("more"))],
    ])("gets one response if the handler responds by itself and %s", async (_what, respond) => {
      const scenery = await serve((ctx) => {
        ctx.session.views = (ctx.session.views ?? 0) + 1;
        ctx.respond = false;
        ctx.res.statusCode = 200;
        return respond(ctx);
      });
      await outage(scenery);
      const { status, text, headers, setCookie } = await scenery.browser.visit("/");
      expect({ status, text, setCookie }).toEqual({
        status: 503,
        text: "Service Unavailable",
        setCookie: [],
      });
      expect(headers).toMatchObject({ "retry-after": "1" });
      expect(scenery.errors).toEqual([AWAY]);
    });

    it("gets Koa's response if the change came on the way out", async () => {
      const scenery = await serve(
        (ctx) => {
          ctx.session.user = "ada";
          ctx.body = "thank you";
        },
        (app) =>
          app.use(async (ctx, next) => {
            await next();
            if (ctx.path === "/" && ctx.session) ctx.session.views = (ctx.session.views ?? 0) + 1;
          }),
      );
      await outage(scenery);
      const { status, text } = await scenery.browser.visit("/");
      expect({ status, text }).toEqual({ status: 503, text: "Service Unavailable" });
      expect(scenery.errors).toEqual([AWAY]);
    });

    it("is emitted for a change after a response that the handler sent itself", async () => {
      const scenery = await serve(async (ctx) => {
        ctx.session.views ??= 1;
        ctx.respond = false;
        ctx.res.statusCode = 200;
        await once(ctx.res.end("mine"), "finish");
        ctx.session.views++;
      });
      await outage(scenery);
      scenery.gated.failSaves(undefined);
      expect((await scenery.browser.visit("/show")).text).toBe('{"views":2}');
      scenery.gated.failSaves(AWAY);
      expect((await scenery.browser.visit("/")).text).toBe("mine");
      while (scenery.errors.length === 0) await setImmediate();
      expect(scenery.errors).toEqual([AWAY]);
    });
  });

  it("tells of a session that would need a cookie after the first byte", async () => {
    const { browser, errors, store } = await serve((ctx) => {
      ctx.respond = false;
      ctx.res.statusCode = 200;
      ctx.res.write("begun ");
      ctx.session.views = 1;
      ctx.res.end("done");
    });
    expect((await browser.visit("/")).text).toBe("begun done");
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_HEADERS_SENT" }]);
    expect(await store.count()).toBe(0);
  });
});
