// Runs a behaviour of koa-session on one store, and returns what a browser and the application observe.
import type { Browser, BrowserRequest } from "@redistore/http/testing";
import type { CreateSessionOptions } from "koa-session";
import {
  type Difference,
  minutesFromNow,
  numbered,
  observeResponse,
  observeSteps,
  type Step as SharedStep,
} from "../../../../../test/drop-in/parity.ts";
import { visit } from "../../../../../test/visit.ts";
import type { Host } from "../application.ts";
import { type PageContext, pages } from "./pages.ts";

/** One row of the table. */
export interface Behaviour {
  readonly does: string;
  readonly options?: CreateSessionOptions;
  readonly steps: readonly Step[];
  readonly differs?: Difference;
}

export type Step = SharedStep<Scene>;

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
    visit: (path, request) => observeResponse(browser, path, request),
    events: () => events.splice(0),
  };
  app.use(host.session({ store, ...options }, app));
  app.use(async (ctx) => {
    ctx.body = "done";
    await pages[ctx.path]?.(ctx as unknown as PageContext, scene);
  });
  const browser = await visit(app);
  return observeSteps(scene, steps, comparable);
}

/** Keys become numbers in the order in which they are seen, and points in time the minutes from now. */
function comparable(json: string): string {
  const withoutSignatures = json.replaceAll(/(?<=\.sig=)[\w-]{27}/g, "signature");
  return numbered(withoutSignatures, /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "key")
    .replaceAll(/(?<=expires=)[^;"]+/g, (date) => whenOf(Date.parse(date)))
    .replaceAll(/(?<="_expire":)\d+/g, (at) => `"${whenOf(Number(at))}"`);
}

function whenOf(time: number): string {
  return time === 0 ? "long ago" : minutesFromNow(time);
}
