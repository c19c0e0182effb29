// Walks a browser with one cookie jar over the servers, as planned, and compares what they say with what has to be.
import { Agent } from "node:http";
import { Browser } from "@redistore/http/testing";
import { expect, onTestFinished } from "vitest";
import { type Typed, canonical } from "../../packages/gob/test/typed-json.ts";
import { SERVER_NAMES } from "./four-servers.ts";
import { canonicalAnswer, type Visit } from "./plan.ts";
import type { Step } from "./session-model.ts";

const NOTHING = canonical({ t: "map[interface {}]interface {}", kv: [] });

/** Makes browsers, each with a cookie jar of its own, that share their connections until the test is over. */
export function newBrowsers(): () => Browser {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return () => new Browser("http://127.0.0.1", { agent });
}

/** @param origins of the servers, by the index of their names. */
export async function walk(
  browser: Browser,
  origins: readonly string[],
  visits: readonly Visit[],
): Promise<void> {
  for (const [index, { server, step, answer, viewer, shown }] of visits.entries()) {
    const before = browser.clone();
    const said = {
      answer: canonicalAnswer(await ask(browser, origins[server], step)),
      shown: await show(browser, origins[viewer]),
    };
    const where = { visit: index, server: SERVER_NAMES[server], viewer: SERVER_NAMES[viewer] };
    expect({ ...where, step, ...said }).toEqual({ ...where, step, answer, shown });
    // The cookie of a session that has ended, in another tab.
    if (step.path === "/end") {
      expect({ ...where, old: await show(before, origins[viewer]) }).toEqual({
        ...where,
        old: NOTHING,
      });
    }
  }
}

/** All values of the session, in canonical text. */
export async function show(browser: Browser, origin: string | undefined): Promise<string> {
  return canonical((await ask(browser, origin, { path: "/show" })) as Typed);
}

/** The answer of a server to one step. */
export async function ask(
  browser: Browser,
  origin: string | undefined,
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
