// The core session behind req.session, for what Express users have no name for: flashes, principals, updates.
import { ConfigError, type Session, type SessionData } from "@redistore/core";
import type { HttpRequest } from "@redistore/http";
import { ExpressRequest } from "./express-request.ts";

/**
 * The session behind `req.session`, at once. With a name, a promise of this request's session of that name; the response stores it and sends
 * its cookie, too.
 *
 * ```ts
 * getSession(req).addFlash("Saved.");
 * const admin = await getSession(req, "admin");
 * ```
 *
 * gorilla/sessions, Store.Get
 *
 * @throws ConfigError if the middleware `session(store)` has not run for this request; StoreUnavailableError, as a rejection, if a
 * session cannot be loaded
 */
export function getSession<Data extends object = SessionData>(req: HttpRequest): Session<Data>;
export function getSession<Data extends object = SessionData>(
  req: HttpRequest,
  name: string,
): Promise<Session<Data>>;
export function getSession(req: HttpRequest, name?: string): Session | Promise<Session> {
  const state = ExpressRequest.of(req);
  if (!state) {
    throw new ConfigError(
      "getSession(req) needs the middleware to have run before it: app.use(session(store)) above this handler.",
    );
  }
  return name === undefined ? state.session : state.named(name);
}
