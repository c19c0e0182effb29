// Runs a behaviour of express-session on one store, and returns what a browser and callers of the store observe.
import type { Browser, BrowserRequest } from "@redistore/http/testing";
import flash from "connect-flash";
import express, { type ErrorRequestHandler } from "express";
import type session from "express-session";
import type { SessionOptions, Store } from "express-session";
import { visit } from "../../../../../test/visit.ts";
import { pages } from "./pages.ts";

/** One row of the table. */
export interface Behaviour {
  readonly does: string;
  /** The first version of express-session that has it. */
  readonly since?: string;
  readonly session?: Options;
  /** A path to visit with one browser, or something else to do, whose result is observed too. */
  readonly steps: readonly Step[];
  /** For a deliberate difference. */
  readonly differs?: Difference;
}

/** Also options that only the newest version has. */
type Options = Omit<Partial<SessionOptions>, "cookie"> & { readonly cookie?: unknown };

export interface Difference {
  readonly because: string;
  /** What is observed on our store where the two differ, by the number of the observation. */
  readonly ours: Readonly<Record<number, unknown>>;
}

export type Step = string | ((scene: Scene) => unknown);

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
    async visit(path, request) {
      const { status, headers, text, setCookie } = await browser.visit(path, request);
      const isJson = headers["content-type"]?.startsWith("application/json") && text !== "";
      return [status, isJson ? (JSON.parse(text) as unknown) : text, ...setCookie];
    },
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
  const observed: unknown[] = [];
  for (const step of steps) {
    const result = typeof step === "string" ? await scene.visit(step) : await step(scene);
    if (result !== undefined) observed.push(result);
  }
  return comparable(observed);
}

const sendError: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error);
  res.status(error.status ?? 500).send(`${error.name}: ${error.message}`);
};

/** Ids become numbers in the order in which they are seen, and points in time the minutes from now. */
function comparable(observed: unknown[]): unknown[] {
  const ids: string[] = [];
  const text = JSON.stringify(observed)
    .replaceAll(/s%3A([^.]+)\.[^;]+/g, "$1")
    .replaceAll(/(?<![\w-])[\w-]{32}(?![\w-])/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return `id ${ids.indexOf(id) + 1}`;
    })
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=Expires=)[^;]+/g, (date) => {
      return `in ${Math.round((Date.parse(date) - Date.now()) / 60_000)} min`;
    });
  return JSON.parse(text) as unknown[];
}
