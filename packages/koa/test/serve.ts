// Koa applications on free ports for the tests of this package; what a test opens is closed behind it.
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
import Koa, { type Context } from "koa";
import Koa2 from "koa2";
import { inject, onTestFinished } from "vitest";
import { type KoaSessionOptions, session } from "../src/index.ts";

declare module "@redistore/core" {
  interface SessionData {
    views?: number;
    user?: string;
  }
}

export type Data = Record<string, unknown>;

export const KEYS = keysFromStrings("a-key-of-32-characters-for-tests");

/** Each with its name, for `describe.each`. */
export const VERSIONS = [
  ["Koa 3", Koa],
  ["Koa 2", Koa2],
] as const;

export function memoryStore(): Promise<RediStore<Data>> {
  return createStore<Data>(KEYS, withMemory());
}

/** A store in the run's Redis, under keys of its own. */
export function redisStore(): Promise<RediStore<Data>> {
  return createStore<Data>(
    KEYS,
    withURL(inject("redisUrl")),
    withKeyPrefix(`koa_${randomUUID()}_`),
  );
}

/** Listens until the caller closes it. */
export async function listen(app: Koa): Promise<{ server: Server; origin: string }> {
  const server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Listens until the test is over. */
export async function visit(app: Koa): Promise<Browser> {
  return new Browser(await serve(app));
}

async function serve(app: Koa): Promise<string> {
  const { server, origin } = await listen(app);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return origin;
}

/** An application with sessions in memory, and what its tests look at. */
export interface Scene {
  readonly app: Koa;
  readonly origin: string;
  readonly browser: Browser;
  readonly store: RediStore<Data>;
  /** The store that the application uses. */
  readonly gated: GatedStore<Data>;
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
  const gated = gateStore(store);
  const errors: unknown[] = [];
  const app = new Framework();
  app.on("error", (error) => errors.push(error));
  before?.(app);
  app.use(session(gated.store, sessionOptions));
  define(app, gated.store);
  const origin = await serve(app);
  return { app, origin, browser: new Browser(origin), store, gated, errors };
}

/** Serves `/name` by the handler of that name. Its answer is what it gives, or else the session. */
export function handlers(byName: Record<string, (ctx: Context) => unknown>): Promise<Scene> {
  return scene((app) => {
    app.use(async (ctx) => {
      ctx.body = (await byName[ctx.path.slice(1)]?.(ctx)) ?? JSON.stringify(ctx.session);
    });
  });
}
