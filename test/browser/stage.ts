// Starts one Chromium for a test file, and separate browser contexts for its tests. A test fails if a page reports an error.
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startChromium } from "./start-chromium.ts";

/** Opens a browser context without cookies, such as one with another User-Agent; it is closed when the test ends. */
export type OpenBrowser = (options?: BrowserContextOptions) => Promise<BrowserContext>;

/** Call once in a test file, outside of tests. */
export function useChromium(): OpenBrowser {
  let chromium: Browser | undefined;
  let errors: string[] = [];
  let opened: BrowserContext[] = [];

  beforeAll(async () => {
    chromium = await startChromium();
  });
  afterAll(() => chromium?.close());
  afterEach(async () => {
    const reported = errors;
    const contexts = opened;
    [errors, opened] = [[], []];
    await Promise.all(contexts.map((context) => context.close()));
    // Violations of the page's Content-Security-Policy are reported as errors too.
    expect(reported).toEqual([]);
  });

  return async function openBrowser(options) {
    if (!chromium) throw new Error("Open browsers inside tests only: Chromium is not started yet.");
    const context = await chromium.newContext(options);
    context.on("weberror", (event) => errors.push(event.error().message));
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    opened.push(context);
    return context;
  };
}
