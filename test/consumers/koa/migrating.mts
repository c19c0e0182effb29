// An application that is on its way from koa-session, and has its types still.
import type koaSession from "koa-session";
import type { ContextSession } from "@redistore/koa";
import type { Context } from "koa";

export const options: Partial<koaSession.opts> = { maxAge: 86_400_000 };

export function viewsOf(ctx: Context): number {
  ctx.session = { views: 1 };
  const own: ContextSession = ctx.session;
  return own.views ?? 0;
}
