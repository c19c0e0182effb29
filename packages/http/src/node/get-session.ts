// The session of a request: loaded when it is asked for, stored before the response is sent.
import type { Session, SessionData } from "@redistore/core";
import type { StoreInput } from "@redistore/core/web";
import { attach } from "../adapter/attach.ts";
import { type HttpSessionOptions, openSession } from "../adapter/open-session.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";

/**
 * The session of this request under this name: the same object for all calls. Its changes are stored, and its cookie is sent, without
 * another call: the first byte of the response waits for them. Call it before the response begins.
 *
 * gorilla/sessions, Store.Get
 *
 * @param options the cookie name, default `store.defaultName`; or {@link HttpSessionOptions}
 * @throws ConfigError, at once, if the store or an option is wrong; StoreUnavailableError, as a rejection, if the session cannot be
 * loaded: it is never taken for empty
 */
export function getSession<Data extends object = SessionData>(
  store: StoreInput<Data>,
  req: HttpRequest,
  res: HttpResponse,
  options?: string | HttpSessionOptions,
): Promise<Session<Data>> {
  const session = openSession("getSession", store, req, options);
  attach(req, res);
  return session;
}
