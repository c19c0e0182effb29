// An application that is on its way from koa-session and has its types still: ctx.session keeps the type that they declare.
import { createStore, keysFromStrings, type Session, withMemory } from "@redistore/core";
import { getSession, session } from "@redistore/koa";
import Koa, { type Context } from "koa";
import type koaSession from "koa-session";

const store = createStore(keysFromStrings("a-key-of-32-characters-for-tests"), withMemory());

export const options: Partial<koaSession.opts> = { maxAge: 86_400_000 };

export const app = new Koa().use(session(store)).use(async (ctx) => {
  if (ctx.session) show(ctx.session);
  const own: Session = getSession(ctx);
  await own.regenerate({ principal: "ada" });
  ctx.body = viewsOf(ctx);
});

function show(declared: koaSession.Session): void {
  console.log(declared.inspect());
}

export function viewsOf(ctx: Context): number {
  ctx.session = null;
  return Number(ctx.session?.["views"] ?? 0);
}
