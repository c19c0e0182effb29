// koa-passport with passport-local, and koa-better-flash, as they come from npm.
import { KoaPassport } from "koa-passport";
import flash from "koa-better-flash";
import { Strategy } from "passport-local";
import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "@redistore/core";
import { type Scene, scene, VERSIONS } from "./serve.ts";

type Flash = (type: string, message?: string) => string[];

function site(koa: (typeof VERSIONS)[number][1]): Promise<Scene> {
  const passport = new KoaPassport();
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user, done) => done(null, user as Express.User));
  passport.use(new Strategy((name, password, done) => done(null, password === "good" && { name })));
  return scene(
    (app) => {
      app.use(flash());
      app.use(passport.initialize());
      app.use(passport.session());
      app.use(async (ctx, next) => {
        const { query } = ctx;
        // What a body parser would leave.
        Object.assign(ctx.request, { body: query });
        const say = ctx["flash"] as Flash;
        switch (ctx.path) {
          case "/cart":
            (ctx.session as unknown as Record<string, unknown>)["cart"] = ["book"];
            break;
          case "/login":
            return passport.authenticate("local", {
              successRedirect: "/me",
              failureRedirect: "/sorry",
              failureFlash: "No.",
            })(ctx, next);
          case "/own-login":
            await ctx.login({ name: "bob" });
            return ctx.redirect("/me");
          case "/logout":
            await ctx.logout();
            return ctx.redirect("/me");
          case "/sorry":
            return (ctx.body = say("error").join());
        }
        return (ctx.body = JSON.stringify([ctx.state.user ?? null, ctx.session]));
      });
    },
    { koa },
  );
}

const LOGIN = "/login?username=ada&password=good";

describe.each(VERSIONS)("%s", (_version, koa) => {
  it("logs in under a fresh id, keeps the data, and logs out", async () => {
    const { browser, store } = await site(koa);
    await browser.visit("/cart");
    const attacker = browser.clone();
    const { status, headers, setCookie } = await browser.visit(LOGIN);
    expect({ status, location: headers.location, cookies: setCookie.length }).toEqual({
      status: 302,
      location: "/me",
      cookies: 1,
    });
    expect((await browser.visit("/me")).text).toBe(
      '[{"name":"ada"},{"cart":["book"],"passport":{"user":{"name":"ada"}}}]',
    );
    expect((await attacker.visit("/me")).text).toBe("[null,{}]");

    const thief = browser.clone();
    expect((await browser.visit("/logout")).setCookie).toHaveLength(1);
    expect((await browser.visit("/me")).text).toBe('[null,{"cart":["book"],"passport":{}}]');
    expect((await thief.visit("/me")).text).toBe("[null,{}]");
    expect(await store.count()).toBe(1);
  });

  it("logs in a browser that had no session", async () => {
    const { browser, store } = await site(koa);
    await browser.visit("/own-login");
    expect((await browser.visit("/me")).text).toBe(
      '[{"name":"bob"},{"passport":{"user":{"name":"bob"}}}]',
    );
    expect(await store.count()).toBe(1);
  });

  it("does not log in with a wrong password, and says so once", async () => {
    const { browser } = await site(koa);
    const { headers } = await browser.visit("/login?username=ada&password=bad");
    expect(headers.location).toBe("/sorry");
    expect((await browser.visit("/sorry")).text).toBe("No.");
    expect((await browser.visit("/me")).text).toBe('[null,{"flash":{}}]');
  });

  it("shows the login to the request that follows the redirect, however slow the store is", async () => {
    const { browser, gated } = await site(koa);
    const paused = gated.pauseSaves();
    let redirected = false;
    const redirect = browser.visit(LOGIN).then(() => (redirected = true));
    await paused.begun;
    await browser.clone().visit("/me");
    expect(redirected).toBe(false);
    paused.release();
    await redirect;
    expect((await browser.visit("/me")).text).toContain('[{"name":"ada"},');
  });

  it("does not say that it logged in when the store fails", async () => {
    const { browser, gated, errors } = await site(koa);
    const away = new StoreUnavailableError("Redis is away.");
    gated.failSaves(away);
    const { status, headers, setCookie } = await browser.visit(LOGIN);
    expect({ status, location: headers.location, cookies: setCookie.length, errors }).toEqual({
      status: 503,
      location: undefined,
      // The session that passport has stored by itself is in Redis already, and the browser has to know of it.
      cookies: 1,
      errors: [away],
    });
  });
});
