// The middleware: loads ctx.session before the handlers run, and stores the sessions before Koa responds.
import { ConfigError, type SessionData } from "@redistore/core";
import { type HttpSessionOptions, middlewareConfig, type StoreInput } from "@redistore/http";
import type { ExtendableContext } from "koa";
import { KoaRequest } from "./koa-request.ts";

/** The options of {@link session}. */
export interface KoaSessionOptions extends HttpSessionOptions {
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default: `app.proxy`, as for `ctx.secure`. */
  readonly trustProxy?: HttpSessionOptions["trustProxy"];
}

/** A middleware of Koa 2 and 3, and of their routers. */
export type SessionMiddleware = (
  ctx: ExtendableContext,
  next: () => Promise<unknown>,
) => Promise<void>;

/**
 * Gives every request its `ctx.session`:
 *
 * ```ts
 * app.use(session(store));
 * app.use((ctx) => {
 *   ctx.body = ctx.session.views = (ctx.session.views ?? 0) + 1;
 * });
 * ```
 *
 * Its changes are stored before Koa responds, also if a handler throws. If the store cannot load or save, the middleware throws: Koa
 * responds with `error.status` 503, or 409 if the session has ended meanwhile, and the handler's response is discarded. Errors that can no
 * longer change the response go to `app.on("error")`.
 *
 * Mounted again, it gives the same session for the same name, and another one, read by `getSession(ctx, name)`, for another name.
 *
 * Where there is no response, as in koa-websocket, nothing is stored without a call of `ctx.session.save()`.
 *
 * @param store the store, a promise of it, or a function that returns either
 * @param options the cookie name, default `store.defaultName`; or {@link KoaSessionOptions}
 * @throws ConfigError if the store or an option is wrong
 */
export function session<Data extends object = SessionData>(
  store: StoreInput<Data>,
  options?: string | KoaSessionOptions,
): SessionMiddleware {
  KoaRequest.declareLayout();
  const config = middlewareConfig("session", store, options, ["trustProxy"]);

  return async function koaSession(ctx, next) {
    let state = KoaRequest.of(ctx);
    if (!state) {
      assertNoSession(ctx);
      state = new KoaRequest(ctx);
    }
    await state.open(config);
    try {
      await next();
    } catch (error) {
      // The changes of the handler are stored, and Koa responds with the handler's error.
      await state.commit(error).catch((failure: unknown) => state.onError(failure));
      throw error;
    }
    await state.commit();
  };
}

/** @throws ConfigError */
function assertNoSession(ctx: ExtendableContext): void {
  if (!("session" in ctx)) return;
  throw new ConfigError(
    "ctx.session is set already, by another session middleware or by a test. Mount only one of them. In a test, mount session(store) with createStore(keys, withMemory()), and set the data in a middleware after it.",
  );
}
