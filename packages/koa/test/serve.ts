// Koa applications on free ports for the tests of this package; what a test opens is closed behind it.
import type { RediStore } from "@redistore/core";
import { type Browser, type StoreControl, controlStore } from "@redistore/http/testing";
import Koa, { type Context } from "koa";
import Koa2 from "koa2";
import { type Data, KEYS, memoryStore, redisStore } from "../../../test/stores.ts";
import { visit } from "../../../test/visit.ts";
import { type KoaSessionOptions, session } from "../src/index.ts";

declare module "@redistore/core" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}

export { type Data, KEYS, memoryStore, redisStore, visit };

/** Each with its name, for `describe.each`. */
export const VERSIONS = [
  ["Koa 3", Koa],
  ["Koa 2", Koa2],
] as const;

/** An application with sessions in memory, and what its tests look at. */
export interface Scene {
  readonly app: Koa;
  readonly browser: Browser;
  readonly store: RediStore<Data>;
  /** The store that the application uses. */
  readonly gated: StoreControl<Data>;
  /** What came to `app.on("error")`. */
  readonly errors: unknown[];
}

/** `define` mounts what comes behind the sessions, `before` what comes before them. */
export async function scene(
  define: (app: Koa, store: RediStore<Data>) => void,
  options: KoaSessionOptions & { koa?: typeof Koa; before?: (app: Koa) => void } = {},
): Promise<Scene> {
  const { koa: Framework = Koa, before, ...sessionOptions } = options;
  const store = await memoryStore();
  const gated = controlStore(store);
  const errors: unknown[] = [];
  const app = new Framework();
  app.on("error", (error) => errors.push(error));
  before?.(app);
  app.use(session(gated.store, sessionOptions));
  define(app, gated.store);
  const browser = await visit(app);
  return { app, browser, store, gated, errors };
}

/** Serves `/name` by the handler of that name. The response is what it returns, or else the session. */
export function handlers(byName: Record<string, (ctx: Context) => unknown>): Promise<Scene> {
  return scene((app) => {
    app.use(async (ctx) => {
      ctx.body = (await byName[ctx.path.slice(1)]?.(ctx)) ?? JSON.stringify(ctx.session);
    });
  });
}
