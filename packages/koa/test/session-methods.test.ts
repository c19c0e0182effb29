// ctx.session.maxAge, save, regenerate and destroy, with promises and with callbacks.
import { deferred } from "@redistore/http/testing";
import Koa, { type Context } from "koa";
import { describe, expect, it, onTestFinished } from "vitest";
import { getSession, session } from "../src/index.ts";
import { redisStore, scene, visit } from "./serve.ts";

const show = (ctx: Context): void => {
  ctx.body = JSON.stringify(ctx.session);
};

describe("ctx.session.maxAge", () => {
  it("is in milliseconds, and remembered with the session", async () => {
    const { browser, store } = await scene((app) => {
      app.use((ctx) => {
        if (ctx.path === "/short") {
          ctx.session.views = 1;
          ctx.session.maxAge = 3_600_500;
        }
        ctx.body = `${ctx.session.maxAge} ${getSession(ctx).options.maxAge}`;
      });
    });
    expect((await browser.visit("/")).text).toBe(`${30 * 86_400_000} ${30 * 86_400}`);
    const { text, setCookie } = await browser.visit("/short");
    expect(text).toBe("3601000 3601");
    expect(setCookie).toEqual([expect.stringContaining("; Max-Age=3601;")]);
    expect((await browser.visit("/")).text).toBe("3601000 3601");
    expect(await store.count()).toBe(1);
  });

  it('is "session" for a cookie that ends with the browser', async () => {
    const { browser } = await scene((app) => {
      app.use((ctx) => {
        ctx.session.views = 1;
        ctx.session.maxAge = "session";
        ctx.body = ctx.session.maxAge;
      });
    });
    const { text, setCookie } = await browser.visit("/");
    expect(text).toBe("session");
    expect(setCookie).toEqual([expect.not.stringMatching(/max-age|expires/i)]);
  });

  it.each([[0], [-1], [Number.NaN], [401 * 86_400_000], ["1 day"], [null]])(
    "refuses %j",
    async (maxAge) => {
      const { browser, errors } = await scene((app) => {
        app.use((ctx) => {
          ctx.session.maxAge = maxAge as number;
        });
      });
      expect((await browser.visit("/")).status).toBe(500);
      expect(errors).toMatchObject([
        { message: expect.stringContaining(`ctx.session.maxAge is ${maxAge}. It takes`) },
      ]);
    },
  );
});

describe("ctx.session.save", () => {
  it("stores at once, and the cookie goes with the response", async () => {
    const { browser, store } = await scene((app) => {
      app.use(async (ctx) => {
        ctx.session.views = 1;
        await ctx.session.save();
        ctx.body = `${await store.count()}`;
      });
    });
    const { text, setCookie } = await browser.visit("/");
    expect({ text, cookies: setCookie.length }).toEqual({ text: "1", cookies: 1 });
  });

  it("calls back once, with the error if there is one", async () => {
    const called: unknown[] = [];
    const { browser, errors } = await scene((app) => {
      app.use(async (ctx) => {
        const saved = async (): Promise<void> =>
          new Promise((resolve) => {
            const result: unknown = ctx.session.save((error) => {
              called.push(error);
              resolve();
            });
            expect(result).toBe(ctx.session);
          });
        ctx.session.user = "ada";
        await saved();
        ctx.session.views = 1n as unknown as number;
        await saved();
        ctx.session.views = 1;
        show(ctx);
      });
    });
    expect((await browser.visit("/")).text).toBe('{"user":"ada","views":1}');
    expect(called).toEqual([undefined, expect.objectContaining({ key: "views" })]);
    expect(errors).toEqual([]);
  });
});

describe("ctx.session.regenerate", () => {
  it("moves the data to another id, the old one leads nowhere", async () => {
    const { browser, store } = await scene((app) => {
      app.use(async (ctx) => {
        if (ctx.path === "/set") ctx.session.views = 1;
        if (ctx.path === "/move") await ctx.session.regenerate();
        show(ctx);
      });
    });
    await browser.visit("/set");
    const thief = browser.clone();
    expect((await browser.visit("/move")).text).toBe('{"views":1}');
    expect((await browser.visit("/")).text).toBe('{"views":1}');
    expect((await thief.visit("/")).text).toBe("{}");
    expect(await store.count()).toBe(1);
  });

  it("says whose session it becomes, and what it takes along", async () => {
    const { browser } = await scene((app) => {
      app.use(async (ctx) => {
        ctx.session = { views: 1, user: "ada" };
        await ctx.session.regenerate({ principal: "ada", keep: ["user"] });
        ctx.body = JSON.stringify([getSession(ctx).principal, ctx.session]);
      });
    });
    expect((await browser.visit("/")).text).toBe('["ada",{"user":"ada"}]');
  });

  it("calls back, and tells of a session that has ended meanwhile", async () => {
    const called: unknown[] = [];
    const { browser, store } = await scene((app) => {
      app.use(async (ctx) => {
        if (ctx.path === "/set") await ctx.session.regenerate({ principal: "ada" });
        if (ctx.path === "/move") {
          await store.records.destroy(getSession(ctx).id);
          await new Promise<void>((resolve) => {
            ctx.session.regenerate((error) => resolve(void called.push(error)));
          });
          ctx.session = null;
        }
        show(ctx);
      });
    });
    await browser.visit("/set");
    expect((await browser.visit("/move")).status).toBe(200);
    expect(called).toMatchObject([{ code: "ERR_REDISTORE_GONE", status: 409 }]);
  });

  it("is waited for by the response where the handler does not", async () => {
    const store = await redisStore();
    onTestFinished(() => store.close());
    const app = new Koa().use(session(store)).use((ctx) => {
      if (ctx.path === "/set") ctx.session.views = 1;
      if (ctx.path === "/move") void ctx.session.regenerate();
      show(ctx);
    });
    const browser = await visit(app);
    await browser.visit("/set");
    expect((await browser.visit("/move")).setCookie).toHaveLength(1);
    expect((await browser.visit("/")).text).toBe('{"views":1}');
  });
});

describe("ctx.session.destroy", () => {
  it("succeeds for both requests of a double click on log out", async () => {
    const [first, second] = [deferred(), deferred()];
    const waiting = [first, second];
    const { browser, store } = await scene((app) => {
      app.use(async (ctx) => {
        if (ctx.path === "/set") ctx.session.user = "ada";
        if (ctx.path === "/out") {
          waiting.shift()?.resolve();
          await Promise.all([first.promise, second.promise]);
          await ctx.session.destroy();
          ctx.body = "bye";
        } else show(ctx);
      });
    });
    await browser.visit("/set");
    const out = () => browser.clone().visit("/out");
    const responses = await Promise.all([out(), out()]);
    expect(responses.map(({ status, text }) => [status, text])).toEqual([
      [200, "bye"],
      [200, "bye"],
    ]);
    expect(await store.count()).toBe(0);
  });
});
