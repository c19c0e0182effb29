// The core session behind ctx.session, for what Koa users have no name for: flashes, principals, updates.
import { ConfigError, type Session, type SessionData } from "@redistore/core";
import type { ExtendableContext } from "koa";
import { ContextMount } from "./context-mount.ts";

/**
 * The session behind `ctx.session`, at once; or, with a name, the promise of this request's session of that name, which is stored, and its
 * cookie sent, as that of `ctx.session` is.
 *
 * ```ts
 * getSession(ctx).addFlash("Saved.");
 * const admin = await getSession(ctx, "admin");
 * ```
 *
 * gorilla/sessions, Store.Get
 *
 * @throws ConfigError where the middleware `session(store)` has not run for this request; StoreUnavailableError, as a rejection, where
 * a session cannot be loaded
 */
export function getSession<Data extends object = SessionData>(
  ctx: ExtendableContext,
): Session<Data>;
export function getSession<Data extends object = SessionData>(
  ctx: ExtendableContext,
  name: string,
): Promise<Session<Data>>;
export function getSession(ctx: ExtendableContext, name?: string): Session | Promise<Session> {
  const mount = ContextMount.of(ctx);
  if (!mount) {
    throw new ConfigError(
      "getSession(ctx) needs the middleware to have run before it: app.use(session(store)) above this handler.",
    );
  }
  return name === undefined ? mount.session : mount.named(name);
}
