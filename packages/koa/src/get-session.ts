// The core session behind ctx.session, for what Koa users have no name for: flashes, principals, updates.
import { ConfigError, type Session, type SessionData } from "@redistore/core";
import type { ExtendableContext } from "koa";
import { KoaRequest } from "./koa-request.ts";

/**
 * The session behind `ctx.session`, at once. With a name, a promise of this request's session of that name; the response stores it and sends
 * its cookie, too.
 *
 * ```ts
 * getSession(ctx).addFlash("Saved.");
 * const admin = await getSession(ctx, "admin");
 * ```
 *
 * gorilla/sessions, Store.Get
 *
 * @throws ConfigError if the middleware `session(store)` has not run for this request; StoreUnavailableError, as a rejection, if a
 * session cannot be loaded
 */
export function getSession<Data extends object = SessionData>(
  ctx: ExtendableContext,
): Session<Data>;
export function getSession<Data extends object = SessionData>(
  ctx: ExtendableContext,
  name: string,
): Promise<Session<Data>>;
export function getSession(ctx: ExtendableContext, name?: string): Session | Promise<Session> {
  const state = KoaRequest.of(ctx);
  if (!state) {
    throw new ConfigError(
      "getSession(ctx) needs the middleware to have run before it: app.use(session(store)) above this handler.",
    );
  }
  return name === undefined ? state.session : state.named(name);
}
