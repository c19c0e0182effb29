// The session of an upgrade request (WebSocket), where no response can carry a cookie.
import type { Session, SessionData } from "@redistore/core";
import type { StoreInput } from "@redistore/core/web";
import { type HttpSessionOptions, openSession } from "../adapter/open-session.ts";
import type { HttpRequest } from "../response/message.ts";

/**
 * The session of the request's cookie, for a server's `upgrade` event. Nothing is stored without a call of `session.save()` or `update()`,
 * and no cookie is sent: `save` and `update` of a session that is not stored yet, and `regenerate`, reject with HeadersSentError and store
 * nothing. `destroy` works; the cookie stays in the browser and is worth nothing.
 *
 * @throws StoreUnavailableError if the session cannot be loaded; ConfigError if the store or an option is wrong
 */
export async function readSession<Data extends object = SessionData>(
  store: StoreInput<Data>,
  req: HttpRequest,
  options?: string | HttpSessionOptions,
): Promise<Session<Data>> {
  // The response is not attached, so no cookie can be sent.
  return openSession("readSession", store, req, options);
}
