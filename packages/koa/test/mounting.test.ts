// Where session(store) is mounted, what it is given, and what there is before it.
import { Router } from "@koa/router";
import { createStore, withMemory } from "@redistore/core";
import Koa from "koa";
import { describe, expect, it } from "vitest";
import { getSession, session } from "../src/index.ts";
import { KEYS, memoryStore, scene, visit } from "./serve.ts";

describe("session()", () => {
  it.each([
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["koa-session's app", new Koa(), "object"],
    ["koa-session's options", { key: "sid" }, "object"],
  ])("refuses %s in place of the store", (_what, store, type) => {
    expect(() => session(store as never)).toThrow(
      expect.objectContaining({
        code: "ERR_REDISTORE_CONFIG",
        message: expect.stringMatching(new RegExp(`^session takes a store first.*It got ${type}`)),
      }),
    );
  });

  it("takes the promise of a store, and the name of the cookie", async () => {
    const app = new Koa().use(session(createStore(KEYS, withMemory()), "sid")).use((ctx) => {
      ctx.body = `${(ctx.session.views = (ctx.session.views ?? 0) + 1)}`;
    });
    const browser = await visit(app);
    await browser.visit("/");
    expect((await browser.visit("/")).text).toBe("2");
    expect([...browser.cookies.keys()]).toEqual(["sid"]);
  });

  it("takes cookie attributes of its own", async () => {
    const { browser } = await scene(
      (app) =>
        app.use((ctx) => {
          ctx.session.views = 1;
          ctx.status = 204;
        }),
      { name: "__Host-id", cookie: { sameSite: "strict", maxAge: 60 } },
    );
    expect((await browser.visit("/")).setCookie).toEqual([
      expect.stringMatching(/^__Host-id=.*; Max-Age=60; HttpOnly; Secure; SameSite=Strict$/),
    ]);
  });

  it.each([
    [true, "https", true],
    [true, "http", false],
    [false, "https", false],
  ])("believes X-Forwarded-Proto as app.proxy = %s says: %s", async (proxy, proto, secure) => {
    const { app, browser } = await scene((koa) =>
      koa.use((ctx) => {
        ctx.session.views = 1;
        ctx.body = String(ctx.secure);
      }),
    );
    app.proxy = proxy;
    const { text, setCookie } = await browser.visit("/", {
      headers: { "x-forwarded-proto": proto },
    });
    expect({ text, secure: /; Secure/.test(setCookie[0] ?? "") }).toEqual({
      text: String(secure),
      secure,
    });
  });

  it("believes it as its own option says, where there is one", async () => {
    const { browser } = await scene(
      (app) =>
        app.use((ctx) => {
          ctx.session.views = 1;
          ctx.body = "";
        }),
      { trustProxy: ({ headers }) => headers["x-from"] === "proxy" },
    );
    const headers = { "x-forwarded-proto": "https" };
    const secure = async (from: string): Promise<boolean> => {
      const { setCookie } = await browser.visit("/", { headers: { ...headers, "x-from": from } });
      browser.cookies.clear();
      return /; Secure/.test(setCookie[0] ?? "");
    };
    expect([await secure("proxy"), await secure("elsewhere")]).toEqual([true, false]);
  });

  it("gives one session, and one cookie, when it is mounted twice", async () => {
    const { browser, gated } = await scene((app, store) => {
      app.use(async (ctx, next) => {
        ctx.session.user = "outer";
        await next();
      });
      app.use(session(store));
      app.use((ctx) => {
        ctx.body = JSON.stringify(ctx.session);
      });
    });
    const { text, setCookie } = await browser.visit("/");
    expect({ text, cookies: setCookie.length }).toEqual({ text: '{"user":"outer"}', cookies: 1 });
    expect(gated.saves).toBe(1);
  });

  it("goes on with the session as it is, when it comes by the same middleware again", async () => {
    const same = session(await memoryStore());
    const app = new Koa();
    app.use(same).use(async (ctx, next) => {
      ctx.session.views = 1;
      ctx.session = null;
      await next();
    });
    app.use(same).use((ctx) => {
      ctx.body = JSON.stringify(ctx.session);
    });
    const browser = await visit(app);
    const { text, setCookie } = await browser.visit("/");
    expect({ text, setCookie }).toEqual({ text: "null", setCookie: [] });
  });

  it("keeps ctx.session where another name is mounted, which getSession gives", async () => {
    const admin = await memoryStore();
    const { browser, store } = await scene((app) => {
      app.use(session(admin, { name: "admin", cookie: { path: "/admin" } }));
      app.use(async (ctx) => {
        ctx.session.views = 1;
        (await getSession(ctx, "admin")).values.user = "root";
        (await getSession(ctx, "third")).values.user = "other";
        ctx.body = JSON.stringify(ctx.session);
      });
    });
    const { text, setCookie } = await browser.visit("/admin");
    expect(text).toBe('{"views":1}');
    expect(setCookie.toSorted()).toEqual([
      expect.stringMatching(/^admin=.*; Path=\/admin;/),
      expect.stringMatching(/^session=.*; Path=\/;/),
      expect.stringMatching(/^third=.*; Path=\/;/),
    ]);
    expect([await store.count(), await admin.count()]).toEqual([2, 1]);
  });

  it("refuses another store under the same name", async () => {
    const other = await memoryStore();
    const { browser, errors } = await scene((app) => app.use(session(other)));
    expect((await browser.visit("/")).status).toBe(500);
    expect(errors).toMatchObject([{ message: expect.stringContaining("another store already") }]);
  });

  it("refuses a ctx.session of another middleware", async () => {
    const { browser, errors } = await scene(() => {}, {
      before: (app) => {
        Object.defineProperty(app.context, "session", { get: () => ({}) });
      },
    });
    expect((await browser.visit("/")).status).toBe(500);
    expect(errors).toMatchObject([{ message: expect.stringContaining("is set already") }]);
  });

  it("serves single routes of @koa/router, and leaves the others alone", async () => {
    const store = await memoryStore();
    const router = new Router()
      .get("/counted", session(store), (ctx) => {
        ctx.body = `${(ctx.session.views = (ctx.session.views ?? 0) + 1)}`;
      })
      .get("/plain", (ctx) => {
        ctx.body = typeof ctx.session;
      });
    const app = new Koa();
    app.use(router.routes()).use(router.allowedMethods());
    const browser = await visit(app);
    await browser.visit("/counted");
    expect((await browser.visit("/counted")).text).toBe("2");
    expect((await browser.visit("/plain")).text).toBe("undefined");
  });

  it("gives the paths of a router one session", async () => {
    const store = await memoryStore();
    const admin = new Router({ prefix: "/admin" }).use(session(store)).get("/", (ctx) => {
      ctx.body = `${(ctx.session.views = (ctx.session.views ?? 0) + 1)}`;
    });
    const app = new Koa();
    app.use(session(store)).use(admin.routes());
    const browser = await visit(app);
    await browser.visit("/admin");
    expect((await browser.visit("/admin")).text).toBe("2");
  });
});

describe("before session()", () => {
  it("there is no ctx.session, and getSession says what is missing", async () => {
    const seen: unknown[] = [];
    const { browser, errors } = await scene(
      (app) =>
        app.use((ctx) => {
          ctx.body = "";
        }),
      {
        before: (app) =>
          app.use((ctx, next) => {
            seen.push(ctx.session);
            expect(() => getSession(ctx)).toThrow(
              "getSession(ctx) needs the middleware to have run before it",
            );
            return next();
          }),
      },
    );
    await browser.visit("/");
    await browser.visit("/");
    expect({ seen, errors }).toEqual({ seen: [undefined, undefined], errors: [] });
  });
});
