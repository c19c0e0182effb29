// A login and a counter on Koa, with @koa/router.
import { Router } from "@koa/router";
import { session } from "@redistore/koa";
import Koa from "koa";

/** @param {import("@redistore/core").RediStore} store */
export function createApp(store) {
  const router = new Router()
    .get("/", (ctx) => {
      ctx.session.views = (ctx.session.views ?? 0) + 1;
      ctx.body = `${ctx.session.user ?? "A guest"} was here ${ctx.session.views} times.\n`;
    })
    .post("/login", async (ctx) => {
      // A new id, because an attacker may know the old one.
      await ctx.session.regenerate({ principal: "ada" });
      ctx.session.user = "Ada";
      ctx.redirect("/");
    })
    .post("/logout", (ctx) => {
      ctx.session = null;
      ctx.redirect("/");
    });
  return new Koa().use(session(store)).use(router.routes());
}
