// Takes a browser over the servers as planned, and returns their responses.
import { Agent } from "node:http";
import { Browser } from "@redistore/http/testing";
import { onTestFinished } from "vitest";
import { type Typed, canonical } from "../../packages/gob/test/go/typed-json.ts";
import type { FourServers } from "./four-servers.ts";
import { responseText, type Visit } from "./plan.ts";
import type { Step } from "./session-model.ts";

/** Returns a factory of browsers. Each has its own cookies; all share connections, which close when the test ends. */
export function newBrowsers(): () => Browser {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return () => new Browser("http://127.0.0.1", { agent });
}

/** Runs the planned visits and returns the actual ones, which are equal if all is well. */
export async function walk(
  browser: Browser,
  four: FourServers,
  visits: readonly Visit[],
): Promise<Visit[]> {
  const actual: Visit[] = [];
  for (const { server, step, viewer } of visits) {
    // A copy of the browser, which does not get the new cookie.
    const before = browser.clone();
    const response = responseText(await sendStep(browser, four.origin(server), step));
    const shown = await show(browser, four.origin(viewer));
    const old = step.path === "/end" && {
      shownForOldCookie: await show(before, four.origin(viewer)),
    };
    actual.push({ server, step, response, viewer, shown, ...old });
  }
  return actual;
}

/** All values of the session, in canonical text. */
export async function show(browser: Browser, origin: string): Promise<string> {
  return canonical((await sendStep(browser, origin, { path: "/show" })) as Typed);
}

/** Sends one step to a server and returns its response. */
export async function sendStep(
  browser: Browser,
  origin: string,
  { path, ...body }: Step,
): Promise<Typed | readonly Typed[] | null> {
  const { status, text } = await browser.visit(
    new URL(path, origin).href,
    path === "/show" ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  if (status !== 200)
    throw new Error(`${status} for ${path} with ${JSON.stringify(body)}: ${text}`);
  return JSON.parse(text) as Typed | readonly Typed[] | null;
}
