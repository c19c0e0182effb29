// The middleware: loads req.session before the handlers run, and has sessions stored before the response is sent.
import type { IncomingMessage, ServerResponse } from "node:http";
import { ConfigError, type SessionData } from "@redistore/core";
import {
  type HttpSessionOptions,
  type MiddlewareConfig,
  middlewareConfig,
  type ResponseHooks,
  type StoreInput,
} from "@redistore/http";
import { ExpressRequest } from "./express-request.ts";

/** The options of {@link session}. */
export interface ExpressSessionOptions extends HttpSessionOptions {
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default: as Express's setting "trust proxy" says. */
  readonly trustProxy?: HttpSessionOptions["trustProxy"];
  /**
   * Gets errors that can no longer change the response, and those of methods of `req.session` whose promise is not awaited: log them. The
   * default emits a process warning of the type `RedistoreWarning`. All other errors go to Express, by `next(error)`.
   */
  readonly onError?: ResponseHooks["onError"];
}

/** A middleware of Express 4 and 5. */
export type SessionMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Gives every request its `req.session`:
 *
 * ```ts
 * app.use(session(store));
 * app.get("/", (req, res) => {
 *   res.json((req.session.views = (req.session.views ?? 0) + 1));
 * });
 * ```
 *
 * Its changes are stored before the first byte of the response is sent. If the store cannot load or save, the middleware calls `next(error)`
 * with `error.status` 503, or 409 if the session has ended meanwhile; the handler's response is discarded.
 *
 * Mounted again, it gives the same session for the same name, and another one, read by `getSession(req, name)`, for another name.
 *
 * @param store the store, a promise of it, or a function that returns either
 * @param options the cookie name, default `store.defaultName`; or {@link ExpressSessionOptions}
 * @throws ConfigError if the store or an option is wrong
 */
export function session<Data extends object = SessionData>(
  store: StoreInput<Data>,
  options?: string | ExpressSessionOptions,
): SessionMiddleware {
  ExpressRequest.declareLayout();
  const config = middlewareConfig("session", store, options, ["trustProxy", "onError"]);

  return function sessionMiddleware(req, res, next) {
    void open(config, req, res, next);
  };
}

async function open(
  config: MiddlewareConfig,
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
): Promise<void> {
  let state: ExpressRequest | undefined;
  try {
    state = ExpressRequest.of(req);
    if (!state) {
      assertNoSession(req);
      state = new ExpressRequest(req, res, next, config.onError);
    }
    await state.open(config);
  } catch (error) {
    return state ? state.fail(error, next) : next(error);
  }
  next();
}

/** @throws ConfigError */
function assertNoSession(req: IncomingMessage): void {
  if ((req as { session?: unknown }).session === undefined) return;
  throw new ConfigError(
    "req.session is set already, by another session middleware or by a test. Mount only one of them. In a test, mount session(store) with createStore(keys, withMemory()), and set the data in a middleware after it.",
  );
}
