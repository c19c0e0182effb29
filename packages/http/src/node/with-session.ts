// A request listener with its session at hand: loaded before it runs, stored before its answer leaves.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session, SessionData } from "@redistore/core";
import { attachHold } from "../adapter/attach.ts";
import { checkStore, getSession } from "./get-session.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import type { ResponseHooks } from "../response/response-hooks.ts";
import { type SessionOptions, type StoreOrPromise, resolveOptions } from "../session-options.ts";

/** What a listener is wrapped with. */
export interface WithSessionOptions extends SessionOptions {
  /**
   * Every error that was answered here: what the handler threw, and what the store could not do. Log it. The default emits a
   * process warning of the type `RedistoreWarning`, with the stack as its detail.
   */
  readonly onError?: ResponseHooks["onError"];
}

/**
 * Wraps a request listener:
 *
 * ```ts
 * createServer(withSession(store, (req, res, { values }) => {
 *   res.end(`${(values.views = (values.views ?? 0) + 1)}`);
 * })).listen(3000);
 * ```
 *
 * Where the store cannot load or save the session, the client gets 503 with Retry-After (409 where the session has ended meanwhile).
 * Where the handler throws or rejects, it gets 500 with no word about why; where the answer had begun, the connection is broken off. The
 * process goes on in both cases, and `onError` gets the error.
 */
export function withSession<
  Data extends object = SessionData,
  Req extends HttpRequest = IncomingMessage,
  Res extends HttpResponse = ServerResponse,
>(
  store: StoreOrPromise<Data>,
  handler: (req: Req, res: Res, session: Session<Data>) => unknown,
  options?: string | WithSessionOptions,
): (req: Req, res: Res) => void {
  checkStore("withSession", store);
  const { onError, ...sessionOptions }: WithSessionOptions = resolveOptions(options);
  const hooks: ResponseHooks = onError ? { onError } : {};

  async function serve(req: Req, res: Res): Promise<void> {
    const hold = attachHold(req, res, hooks);
    try {
      await handler(req, res, await getSession(store, req, res, sessionOptions));
    } catch (error) {
      return hold.handlerThrew(error);
    }
    void hold.finish();
  }

  return function listenWithSession(req: Req, res: Res): void {
    void serve(req, res);
  };
}
