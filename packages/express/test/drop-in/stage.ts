// An Express application on stock express-session with our store, as the tests of that store drive it.
import type { Records } from "@redistore/core";
import type { Browser } from "@redistore/http/testing";
import express, { type ErrorRequestHandler, type Express, type Request } from "express";
import session, { type SessionOptions } from "express-session";
import express4 from "express4";
import { backends, openRecords } from "../../../../test/stores.ts";
import { visit } from "../../../../test/visit.ts";
import { ExpressSessionStore } from "../../src/express-session/index.ts";

export const frameworks = [
  ["Express 5", express],
  ["Express 4", express4],
] as const;

export { backends, openRecords, visit };

/** What a session holds beside its cookie. */
export function data(req: Request): Record<string, unknown> {
  return req.session as unknown as Record<string, unknown>;
}

export interface Play {
  readonly browser: Browser;
  readonly store: ExpressSessionStore;
  readonly records: Records<object>;
  /** What came to Express' error handlers. */
  readonly errors: unknown[];
}

export interface PlayOptions {
  readonly framework?: typeof express;
  readonly records: Records<object>;
  readonly session?: Partial<SessionOptions>;
}

/** Serves what `define` defines, behind express-session, until the test is finished. */
export async function play(
  { framework = express, records, session: options }: PlayOptions,
  define: (app: Express) => void,
): Promise<Play> {
  const store = new ExpressSessionStore(records);
  const secret = "a secret of the tests";
  const errors: unknown[] = [];
  const note: ErrorRequestHandler = (error, _req, _res, next) => {
    errors.push(error);
    next(error);
  };
  const app = framework();
  // Otherwise Express prints the errors that tests provoke.
  app.set("env", "test");
  app.use(session({ store, secret, resave: false, saveUninitialized: false, ...options }));
  define(app);
  app.use(note);
  return { browser: await visit(app), store, records, errors };
}
