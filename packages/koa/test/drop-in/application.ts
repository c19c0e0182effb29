// Starts a Koa application on koa-session with KoaSessionStore.
import type { Records } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import Koa from "koa";
import session, { type CreateSessionOptions } from "koa-session";
import Koa2 from "koa2";
import session6 from "koa-session6";
import { backends, type Data, openRecords } from "../../../../test/stores.ts";
import { visit } from "../../../../test/visit.ts";
import { KoaSessionStore } from "../../src/koa-session/index.ts";

/** koa-session's session object. */
export interface Session extends Data {
  maxAge: number | "session";
  readonly externalKey: string;
  save(): Promise<void>;
  regenerate(): Promise<void>;
}

/** The members of Koa's context that the tests use. */
export interface Context {
  session: Session;
  body: unknown;
}

export const hosts = [
  ["koa-session 7 on Koa 3", { session, framework: Koa }],
  ["koa-session 7 on Koa 2", { session, framework: Koa2 }],
  ["koa-session 6 on Koa 3", { session: session6, framework: Koa }],
  ["koa-session 6 on Koa 2", { session: session6, framework: Koa2 }],
] as const;

export type Host = (typeof hosts)[number][1];

export { backends, type Data, openRecords };

export interface Application {
  readonly browser: Browser;
  readonly store: KoaSessionStore;
  /** Errors that Koa emitted. */
  readonly errors: unknown[];
}

export interface ApplicationOptions {
  readonly host?: Host;
  readonly records: Records<Data>;
  readonly options?: CreateSessionOptions;
}

export type Page = (ctx: Context & { readonly store: KoaSessionStore }) => unknown;

/** Serves `pages` by path, behind koa-session, until the test is finished. */
export async function serve(
  { host = hosts[0][1], records, options }: ApplicationOptions,
  pages: Readonly<Record<string, Page>>,
): Promise<Application> {
  const store = new KoaSessionStore(records);
  const errors: unknown[] = [];
  const app = new host.framework();
  app.keys = ["a key of the tests"];
  app.on("error", (error) => errors.push(error));
  app.use(host.session({ store, ...options }, app));
  app.use(async (ctx) => {
    const page = pages[ctx.path];
    ctx.body = "done";
    await page?.(Object.assign(ctx as unknown as Context, { store }));
  });
  return { browser: await visit(app), store, errors };
}

/** `pass` resolves `came` and waits for `open`: it stops a handler until the test continues it. */
export function gate(size = 1) {
  let [missing, came, open] = [size, () => {}, () => {}];
  const all = new Promise<void>((resolve) => (came = resolve));
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    pass: () => {
      if (--missing === 0) came();
      return opened;
    },
    came: all,
    open: () => open(),
  };
}
