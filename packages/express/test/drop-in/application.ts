// Starts an Express application on express-session with ExpressSessionStore.
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

/** The session's data, as an untyped object. */
export function data(req: Request): Record<string, unknown> {
  return req.session as unknown as Record<string, unknown>;
}

export interface Application {
  readonly browser: Browser;
  readonly store: ExpressSessionStore;
  readonly records: Records<object>;
  /** Errors that reached Express' error handlers. */
  readonly errors: unknown[];
}

export interface ApplicationOptions {
  readonly framework?: typeof express;
  readonly records: Records<object>;
  readonly session?: Partial<SessionOptions>;
}

/** Serves the routes of `define`, behind express-session, until the test is finished. */
export async function serve(
  { framework = express, records, session: options }: ApplicationOptions,
  define: (app: Express) => void,
): Promise<Application> {
  const store = new ExpressSessionStore(records);
  const secret = "a secret of the tests";
  const errors: unknown[] = [];
  const note: ErrorRequestHandler = (error, _req, _res, next) => {
    errors.push(error);
    next(error);
  };
  const app = framework();
  // Express prints errors in any other environment.
  app.set("env", "test");
  app.use(session({ store, secret, resave: false, saveUninitialized: false, ...options }));
  define(app);
  app.use(note);
  return { browser: await visit(app), store, records, errors };
}
