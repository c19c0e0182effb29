// Runs a behaviour of koa-session on one store, and returns what a browser and the application observe.
import type { Browser, BrowserRequest } from "@redistore/http/testing";
import type { CreateSessionOptions } from "koa-session";
import { visit } from "../../../../../test/visit.ts";
import type { Host } from "../application.ts";
import { type PageContext, pages } from "./pages.ts";

/** One row of the table. */
export interface Behaviour {
  readonly does: string;
  readonly options?: CreateSessionOptions;
  /** A path to visit with one browser, or something else to do, whose result is observed too. */
  readonly steps: readonly Step[];
  /** For a deliberate difference. */
  readonly differs?: Difference;
}

export interface Difference {
  readonly because: string;
  /** What is observed on our store where the two differ, by the number of the observation. */
  readonly ours: Readonly<Record<number, unknown>>;
}

export type Step = string | ((scene: Scene) => unknown);

export interface Scene {
  readonly browser: Browser;
  readonly store: SessionStore;
  /** The status, the text and the cookies of a response. */
  readonly visit: (path: string, options?: BrowserRequest) => Promise<unknown[]>;
  /** Events of koa-session, and messages of errors that Koa emitted, since they were last asked for. */
  readonly events: () => string[];
}

export type SessionStore = NonNullable<CreateSessionOptions["store"]>;

const EVENTS = ["session:missed", "session:expired", "session:invalid"];

export async function observe(
  host: Host,
  store: SessionStore,
  { options, steps }: Behaviour,
): Promise<unknown[]> {
  const events: string[] = [];
  const app = new host.framework();
  app.keys = ["a key of the tests"];
  for (const event of EVENTS) app.on(event, () => events.push(event));
  app.on("error", (error: Error) => events.push(`${error.name}: ${error.message}`));
  const scene: Scene = {
    store,
    get browser() {
      return browser;
    },
    async visit(path, request) {
      const { status, headers, text, setCookie } = await browser.visit(path, request);
      const isJson = headers["content-type"]?.startsWith("application/json");
      return [status, isJson ? (JSON.parse(text) as unknown) : text, ...setCookie];
    },
    events: () => events.splice(0),
  };
  app.use(host.session({ store, ...options }, app));
  app.use(async (ctx) => {
    ctx.body = "done";
    await pages[ctx.path]?.(ctx as unknown as PageContext, scene);
  });
  const browser = await visit(app);
  const observed: unknown[] = [];
  for (const step of steps) {
    const result = typeof step === "string" ? await scene.visit(step) : await step(scene);
    if (result !== undefined) observed.push(result);
  }
  return comparable(observed);
}

/** Keys become numbers in the order in which they are seen, and points in time the minutes from now. */
function comparable(observed: unknown[]): unknown[] {
  const keys: string[] = [];
  const text = JSON.stringify(observed)
    .replaceAll(/(?<=\.sig=)[\w-]{27}/g, "signature")
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, (key) => {
      if (!keys.includes(key)) keys.push(key);
      return `key ${keys.indexOf(key) + 1}`;
    })
    .replaceAll(/(?<=expires=)[^;"]+/g, (date) => minutesFromNow(Date.parse(date)))
    .replaceAll(/(?<="_expire":)\d+/g, (at) => `"${minutesFromNow(Number(at))}"`);
  return JSON.parse(text) as unknown[];
}

function minutesFromNow(time: number): string {
  return time === 0 ? "long ago" : `in ${Math.round((time - Date.now()) / 60_000)} min`;
}
