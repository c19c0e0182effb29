// The core session behind req.session, for what Express users have no name for: flashes, principals, updates.
import { ConfigError, type Session, type SessionData } from "@redistore/core";
import type { HttpRequest } from "@redistore/http";
import { RequestMount } from "./request-mount.ts";

/**
 * The session behind `req.session`, at once; or, with a name, the promise of this request's session of that name, which is stored, and its
 * cookie sent, as that of `req.session` is.
 *
 * ```ts
 * getSession(req).addFlash("Saved.");
 * const admin = await getSession(req, "admin");
 * ```
 *
 * gorilla/sessions, Store.Get
 *
 * @throws ConfigError where the middleware `session(store)` has not run for this request; StoreUnavailableError, as a rejection, where
 * a session cannot be loaded
 */
export function getSession<Data extends object = SessionData>(req: HttpRequest): Session<Data>;
export function getSession<Data extends object = SessionData>(
  req: HttpRequest,
  name: string,
): Promise<Session<Data>>;
export function getSession(req: HttpRequest, name?: string): Session | Promise<Session> {
  const mount = RequestMount.of(req);
  if (!mount) {
    throw new ConfigError(
      "getSession(req) needs the middleware to have run before it: app.use(session(store)) above this handler.",
    );
  }
  return name === undefined ? mount.session : mount.named(name);
}
