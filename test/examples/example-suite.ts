// The tests that every example passes, on each framework: it counts visits, logs in and logs out.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RediStore } from "../../packages/core/src/index.ts";
import { Browser, listen, type Listener } from "../../packages/http/src/testing/index.ts";
import { redisStore } from "../stores.ts";

const post = { method: "POST" };
const guest = (visits: number): string => `A guest was here ${visits} times.\n`;
const ada = (visits: number): string => `Ada was here ${visits} times.\n`;

/** The ways in which an example may differ from the others. */
export interface ExampleOptions {
  /** Whether a login keeps the count. Default true. */
  readonly keepsCount?: boolean;
  /** Whether a change of an ended session is refused with 409, not made in a new session. Default true. */
  readonly refusesEnded?: boolean;
}

/** Tests the `app.js` of the example, and that `page` (a path in the repository) quotes it. `testFile` is in the example's test folder. */
export function exampleSuite<Values extends object>(
  testFile: string,
  page: string,
  createApp: (store: RediStore<Values>) => Listener,
  { keepsCount = true, refusesEnded = true }: ExampleOptions = {},
): void {
  const ended = refusesEnded ? { status: 409 } : { status: 200, text: guest(1) };
  let browser: Browser;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const store = await redisStore<Values>();
    const server = await listen(createApp(store));
    browser = new Browser(server.origin);
    close = async () => {
      await server.close();
      await store.close();
    };
  });
  afterEach(() => close());

  it("counts the visits of a guest", async () => {
    expect((await browser.visit("/")).text).toBe(guest(1));
    expect((await browser.visit("/")).text).toBe(guest(2));
  });

  it(`logs in under a new id, ${keepsCount ? "and keeps" : "without"} the count`, async () => {
    await browser.visit("/");
    const before = browser.clone();
    const { status, headers } = await browser.visit("/login", post);
    expect([302, 303]).toContain(status);
    expect(headers.location).toBe("/");
    expect((await browser.visit("/")).text).toBe(ada(keepsCount ? 2 : 1));
    // The old id must not load the session.
    expect(await before.visit("/")).toMatchObject(ended);
  });

  it("logs out for every copy of the cookie", async () => {
    await browser.visit("/login", post);
    const elsewhere = browser.clone();
    await browser.visit("/logout", post);
    expect((await browser.visit("/")).text).toBe(guest(1));
    expect(await elsewhere.visit("/")).toMatchObject(ended);
  });

  it(`is quoted in ${page}`, async () => {
    const [text, app] = await Promise.all([
      readFile(new URL(`../../${page}`, import.meta.url), "utf8"),
      readFile(new URL("../app.js", testFile), "utf8"),
    ]);
    expect(text).toContain(app.slice(app.indexOf("import ")));
  });
}
