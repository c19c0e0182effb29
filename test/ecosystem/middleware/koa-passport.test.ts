// koa-passport on ctx.session of @redistore/koa, and on koa-session with KoaSessionStore, over a real Redis.
import { createRecords, createStore, type OptionalStoreOption } from "@redistore/core";
import { deferred, type Browser } from "@redistore/http/testing";
import { session } from "@redistore/koa";
import { KoaSessionStore } from "@redistore/koa/koa-session";
import Koa, { type Middleware } from "koa";
import { KoaPassport } from "koa-passport";
import koaSession from "koa-session";
import koaSession6 from "koa-session6";
import { Strategy } from "passport-local";
import { describe, expect, it, onTestFinished } from "vitest";
import { startRedis } from "../../redis/server.ts";
import { type Data, KEYS, redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";

type Open = (options: OptionalStoreOption[], app: Koa) => Promise<Middleware>;

const dropIn =
  (library: typeof koaSession): Open =>
  async (options, app) => {
    const records = await createRecords(...options);
    onTestFinished(() => records.close());
    app.keys = ["a key of the tests"];
    return library({ store: new KoaSessionStore(records) }, app) as Middleware;
  };

const SESSIONS: readonly (readonly [string, Open])[] = [
  [
    "ctx.session of @redistore/koa",
    async (options) => {
      const store = await createStore(KEYS, ...options);
      onTestFinished(() => store.close());
      return session(store);
    },
  ],
  ["koa-session 7 with KoaSessionStore", dropIn(koaSession)],
  ["koa-session 6 with KoaSessionStore", dropIn(koaSession6)],
];

interface Scene {
  readonly browser: Browser;
  /** `/slow` has its session and waits for `proceed`. */
  readonly slow: { readonly loaded: Promise<void>; proceed(): void };
}

async function serve(open: Open, url?: string): Promise<Scene> {
  const [loaded, proceed] = [deferred(), deferred()];
  const passport = new KoaPassport();
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user as Express.User));
  passport.use(new Strategy((name, password, done) => done(null, password === "good" && { name })));
  const app = new Koa();
  app.silent = true;
  app.use(await open(redisOptions(url), app));
  app.use(passport.initialize());
  app.use(passport.session());
  app.use(async (ctx, next) => {
    const data = () => ctx.session as unknown as Data;
    // What a body parser would leave.
    Object.assign(ctx.request, { body: ctx.query });
    ctx.body = "done";
    if (ctx.path === "/cart") data()["cart"] = ["book"];
    if (ctx.path === "/login") await passport.authenticate("local")(ctx, next);
    if (ctx.path === "/logout") await ctx.logout();
    if (ctx.path === "/slow") {
      loaded.resolve();
      await proceed.promise;
      data()["slow"] = true;
    }
    if (ctx.path === "/me") {
      const { user } = ctx.state as { user?: { name: string } };
      ctx.body = [user?.name ?? null, data()["cart"] ?? null];
    }
  });
  const browser = await visit(app);
  return { browser, slow: { loaded: loaded.promise, proceed: () => proceed.resolve() } };
}

const LOGIN = "/login?username=ada&password=good";
/** The user and the cart. */
const me = async (browser: Browser) =>
  JSON.parse((await browser.visit("/me")).text) as [unknown, unknown];

describe.each(SESSIONS)("koa-passport on %s", (_name, open) => {
  it("keeps a login, under another id, until the logout", async () => {
    const { browser } = await serve(open);
    await browser.visit("/cart");
    const attacker = browser.clone();
    expect((await browser.visit(LOGIN)).status).toBe(200);
    expect(await me(browser)).toEqual(["ada", ["book"]]);
    expect(await me(attacker)).toEqual([null, null]);
    const thief = browser.clone();
    expect((await browser.visit("/logout")).status).toBe(200);
    expect((await me(browser))[0]).toBe(null);
    expect(await me(thief)).toEqual([null, null]);
  });

  it("logs two clicks in", async () => {
    const { browser } = await serve(open);
    await browser.visit("/cart");
    const responses = await Promise.all([browser.clone().visit(LOGIN), browser.visit(LOGIN)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    expect((await me(browser))[0]).toBe("ada");
  });

  it("stays logged out after a request that was in flight during the logout", async () => {
    const { browser, slow } = await serve(open);
    await browser.visit(LOGIN);
    const thief = browser.clone();
    const response = thief.visit("/slow");
    await slow.loaded;
    await browser.visit("/logout");
    slow.proceed();
    await response;
    expect(await me(browser)).toEqual([null, null]);
    expect(await me(thief)).toEqual([null, null]);
  });

  it("does not say that it logged in while Redis is down, and logs in afterwards", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const { browser } = await serve(open, redis.url);
    await redis.kill();
    const { status, headers, setCookie, text } = await browser.visit(LOGIN);
    expect([status, headers["retry-after"], setCookie]).toEqual([503, "1", []]);
    expect(text).toBe("Service Unavailable");
    await redis.start();
    expect((await browser.visit(LOGIN)).status).toBe(200);
    expect(await me(browser)).toEqual(["ada", null]);
  });
});
