// Wraps a request listener: its session is loaded before it runs, and stored before its response is sent.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Session, SessionData } from "@redistore/core";
import type { StoreInput } from "@redistore/core/web";
import { attachGate } from "../adapter/attach.ts";
import { middlewareConfig } from "../adapter/middleware-config.ts";
import { type HttpSessionOptions, loadSession } from "../adapter/open-session.ts";
import type { HttpRequest, HttpResponse } from "../response/message.ts";
import type { ResponseHooks } from "../response/response-hooks.ts";

/** The options of {@link withSession}. */
export interface WithSessionOptions extends HttpSessionOptions {
  /**
   * Gets every error for which the client got an error response: those of the handler, and those of the store. Log them. The default emits a
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
 * If the store cannot load or save the session, the client gets 503 with Retry-After, or 409 if the session has ended meanwhile. If the
 * handler throws or rejects, the client gets 500 without the reason; if the response had begun, the connection is destroyed. The process
 * goes on in both cases, and `onError` gets the error.
 *
 * @param store the store, a promise of it, or a function that returns either
 * @param options the cookie name, default `store.defaultName`; or {@link WithSessionOptions}
 * @throws ConfigError if the store or an option is wrong
 */
export function withSession<
  Data extends object = SessionData,
  Req extends HttpRequest = IncomingMessage,
  Res extends HttpResponse = ServerResponse,
>(
  store: StoreInput<Data>,
  handler: (req: Req, res: Res, session: Session<Data>) => unknown,
  options?: string | WithSessionOptions,
): (req: Req, res: Res) => void {
  const config = middlewareConfig("withSession", store, options, ["trustProxy", "onError"]);
  const hooks: ResponseHooks = config.onError ? { onError: config.onError } : {};

  async function serve(req: Req, res: Res): Promise<void> {
    const gate = attachGate(req, res, hooks);
    try {
      const opened = await config.source.open();
      const session = await loadSession(opened, req, config.options);
      await handler(req, res, session);
    } catch (error) {
      return gate.handlerThrew(error);
    }
    void gate.finish();
  }

  return function listenWithSession(req: Req, res: Res): void {
    void serve(req, res);
  };
}
