// Runs a behaviour of express-session on one store, and returns what a browser and callers of the store observe.
import type { Browser, BrowserRequest } from "@redistore/http/testing";
import flash from "connect-flash";
import express, { type ErrorRequestHandler } from "express";
import type session from "express-session";
import type { SessionOptions, Store } from "express-session";
import {
  type Difference,
  minutesFromNow,
  numbered,
  observeResponse,
  observeSteps,
  type Step as SharedStep,
} from "../../../../../test/drop-in/parity.ts";
import { visit } from "../../../../../test/visit.ts";
import { pages } from "./pages.ts";

/** One row of the table. */
export interface Behaviour {
  readonly does: string;
  /** The first version of express-session that has it. */
  readonly since?: string;
  readonly session?: Options;
  readonly steps: readonly Step[];
  readonly differs?: Difference;
}

export type Step = SharedStep<Scene>;

/** Also options that only the newest version has. */
type Options = Omit<Partial<SessionOptions>, "cookie"> & { readonly cookie?: unknown };

export interface Scene {
  readonly browser: Browser;
  readonly store: Store;
  /** The status, the text and the cookies of a response. */
  readonly visit: (path: string, options?: BrowserRequest) => Promise<unknown[]>;
  /** Calls a method of the store. Resolves to what its callback gets, without null and undefined at the end. */
  readonly call: (method: keyof Store, ...args: unknown[]) => Promise<unknown[]>;
}

type Callback = (...results: unknown[]) => void;
type Method = (this: Store, ...args: [...unknown[], Callback]) => unknown;

export async function observe(
  middleware: typeof session,
  store: Store,
  { session: options, steps }: Behaviour,
): Promise<unknown[]> {
  const app = express().set("env", "test");
  const scene: Scene = {
    store,
    get browser() {
      return browser;
    },
    visit: (path, request) => observeResponse(browser, path, request),
    call: (method, ...args) =>
      new Promise((resolve) => {
        const done: Callback = (...results) => {
          while (results.length > 0 && (results.at(-1) ?? null) === null) results.pop();
          resolve(results);
        };
        (store[method] as Method).call(store, ...args, done);
      }),
  };
  const defaults = { secret: "a secret of the tests", resave: false, saveUninitialized: false };
  app.use(middleware({ store, ...defaults, ...(options as Partial<SessionOptions>) }));
  app.use("/flash", flash());
  app.use((req, res, next) => pages[req.path]?.(req, res, next, scene));
  app.use(sendError);
  const browser = await visit(app);
  return observeSteps(scene, steps, comparable);
}

const sendError: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status ?? 500).send(`${error.name}: ${error.message}`);
};

/** Ids become numbers in the order in which they are seen, and points in time the minutes from now. */
function comparable(json: string): string {
  const withoutSignatures = json.replaceAll(/s%3A([^.]+)\.[^;]+/g, "$1");
  return numbered(withoutSignatures, /(?<![\w-])[\w-]{32}(?![\w-])/g, "id").replaceAll(
    /\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=Expires=)[^;]+/g,
    (date) => minutesFromNow(Date.parse(date)),
  );
}
