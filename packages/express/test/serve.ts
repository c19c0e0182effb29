// Express applications on free ports for the tests of this package; what a test opens is closed behind it.
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createStore,
  keysFromStrings,
  type RediStore,
  withKeyPrefix,
  withMemory,
  withURL,
} from "@redistore/core";
import { Browser, type GatedStore, gateStore } from "@redistore/http/testing";
import express, { type Express, type Request, type RequestHandler } from "express";
import express4 from "express4";
import { inject, onTestFinished } from "vitest";
import { type ExpressSessionOptions, session } from "../src/index.ts";

export type Data = Record<string, unknown>;

export const KEYS = keysFromStrings("a-key-of-32-characters-for-tests");

/** Each with its name, for `describe.each`. */
export const VERSIONS = [
  ["Express 5", express],
  ["Express 4", express4],
] as const;

export function memoryStore(): Promise<RediStore<Data>> {
  return createStore<Data>(KEYS, withMemory());
}

/** A store in the run's Redis, under keys of its own. */
export function redisStore(): Promise<RediStore<Data>> {
  return createStore<Data>(
    KEYS,
    withURL(inject("redisUrl")),
    withKeyPrefix(`express_${randomUUID()}_`),
  );
}

/** Listens until the caller closes it. */
export async function listen(app: Express): Promise<{ server: Server; origin: string }> {
  const server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Listens until the test is over. */
export async function visit(app: Express): Promise<Browser> {
  const { server, origin } = await listen(app);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Browser(origin);
}

/** An application with sessions in memory, and what its tests look at. */
export interface Scene {
  readonly app: Express;
  readonly browser: Browser;
  readonly store: RediStore<Data>;
  /** The store that the application uses. */
  readonly gated: GatedStore<Data>;
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
  const gated = gateStore(store);
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
