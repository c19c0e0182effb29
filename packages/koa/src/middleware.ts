// The middleware: ctx.session before the handlers, and the sessions stored before Koa answers.
import { ConfigError, type SessionData } from "@redistore/core";
import { checkStore, type SessionOptions, type StoreOrPromise } from "@redistore/http";
import type { ExtendableContext } from "koa";
import { ContextMount, type Mounted } from "./context-mount.ts";

/** What {@link session} takes beside the store. */
export interface KoaSessionOptions extends SessionOptions {
  /** Whether X-Forwarded-Proto is believed; it decides `secure: "auto"`. Default: `app.proxy`, as for `ctx.secure`. */
  readonly trustProxy?: SessionOptions["trustProxy"];
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
 * What is changed in it is stored before Koa answers, also where a handler throws. Where the store cannot load or save, the middleware
 * throws: `error.status` is 503 (409 where the session has ended meanwhile), Koa answers it, and no other answer leaves. What fails too
 * late for any answer goes to `app.on("error")`.
 *
 * Mounted again for the same request: one session where the name is the same, and else a further one, reached by `getSession(ctx, name)`.
 *
 * @param store the store, or the promise of one
 * @param options the cookie name, default `store.defaultName`; or {@link KoaSessionOptions}
 * @throws ConfigError where something else is given for the store
 */
export function session<Data extends object = SessionData>(
  store: StoreOrPromise<Data>,
  options: string | KoaSessionOptions = {},
): SessionMiddleware {
  checkStore("session", store);
  const given: SessionOptions = typeof options === "string" ? { name: options } : options;
  const mounted: Mounted = {
    store,
    options: given,
    behindProxy: { ...given, trustProxy: given.trustProxy ?? true },
  };

  return async function koaSession(ctx, next) {
    const mount = ContextMount.of(ctx) ?? mountOn(ctx);
    mount.show(await mount.load(mounted), mounted);
    try {
      await next();
    } catch (error) {
      // What the handler did before it threw is stored, and its own error is the one that is answered.
      await mount.commit().catch((failure: unknown) => mount.onError(failure));
      throw error;
    }
    await mount.commit();
  };
}

/** @throws ConfigError */
function mountOn(ctx: ExtendableContext): ContextMount {
  if ("session" in ctx) {
    throw new ConfigError(
      "ctx.session is there already, from another session middleware. Mount one of the two.",
    );
  }
  return new ContextMount(ctx);
}
