// One Chromium for a test file, and in it as many browsers as a test needs: each has its own cookies, and no page of it may have an error.
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startChromium } from "./start-chromium.ts";

/** Opens a browser with an empty cookie jar, which ends with the test. */
export type OpenBrowser = () => Promise<BrowserContext>;

/** Call it once in a file, outside of tests. */
export function useChromium(): OpenBrowser {
  let chromium: Browser | undefined;
  let errors: string[] = [];
  let opened: BrowserContext[] = [];

  beforeAll(async () => {
    chromium = await startChromium();
  });
  afterAll(() => chromium?.close());
  afterEach(async () => {
    const seen = errors;
    const contexts = opened;
    [errors, opened] = [[], []];
    await Promise.all(contexts.map((context) => context.close()));
    // What breaks the page's Content-Security-Policy is among them.
    expect(seen).toEqual([]);
  });

  return async function openBrowser() {
    if (!chromium) throw new Error("There is no browser before the tests begin.");
    const context = await chromium.newContext();
    context.on("weberror", (event) => errors.push(event.error().message));
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    opened.push(context);
    return context;
  };
}
