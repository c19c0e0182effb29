// Express applications on free ports for the tests of this package; what a test opens is closed behind it.
import type { RediStore } from "@redistore/core";
import { type Browser, type StoreControl, controlStore } from "@redistore/http/testing";
import express, { type Express, type Request, type RequestHandler } from "express";
import express4 from "express4";
import { onTestFinished } from "vitest";
import { type Data, KEYS, memoryStore, redisStore } from "../../../test/stores.ts";
import { visit } from "../../../test/visit.ts";
import { type ExpressSessionOptions, session } from "../src/index.ts";

export { type Data, KEYS, memoryStore, redisStore, visit };

/** Each with its name, for `describe.each`. */
export const VERSIONS = [
  ["Express 5", express],
  ["Express 4", express4],
] as const;

/** An application with sessions in memory, and what its tests look at. */
export interface Scene {
  readonly app: Express;
  readonly browser: Browser;
  readonly store: RediStore<Data>;
  /** The store that the application uses. */
  readonly gated: StoreControl<Data>;
  /** What `onError` got. */
  readonly late: unknown[];
}

export interface SceneOptions extends ExpressSessionOptions {
  /** Default: Express 5. */
  readonly express?: typeof express;
  /** Default: {@link memoryStore}. */
  readonly open?: () => Promise<RediStore<Data>>;
  /** Mounts what comes before the sessions. */
  readonly before?: (app: Express) => unknown;
}

/** `define` mounts what comes behind the sessions. */
export async function scene(
  define: (app: Express) => unknown,
  options: SceneOptions = {},
): Promise<Scene> {
  const { express: framework = express, before, open = memoryStore, ...sessionOptions } = options;
  const store = await open();
  onTestFinished(() => store.close());
  const gated = controlStore(store);
  const late: unknown[] = [];
  const app = framework();
  // Its default handler logs to the console otherwise.
  app.set("env", "test");
  before?.(app);
  app.use(session(gated.store, { onError: (error) => late.push(error), ...sessionOptions }));
  define(app);
  return { app, browser: await visit(app), store, gated, late };
}

/** `req.session`, whatever it is augmented with. */
export const data = (req: Request): Data => req.session as unknown as Data;

/** `/set?key=value`, `/show` and, at `/`, the handler of a test. */
export const withHandler =
  (handler: RequestHandler) =>
  (app: Express): void => {
    app.get("/set", (req, res) => {
      Object.assign(req.session, req.query);
      res.end();
    });
    app.get("/show", (req, res) => void res.json(req.session));
    app.get("/", handler);
  };
