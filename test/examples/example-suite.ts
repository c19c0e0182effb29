// What every example does, on whatever framework: it counts visits, and logs in and out.
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { RediStore } from "../../packages/core/src/index.ts";
import { Browser, listen, type Listener } from "../../packages/http/src/testing/index.ts";
import { redisStore } from "../stores.ts";

const post = { method: "POST" };
const guest = (visits: number): string => `A guest was here ${visits} times.\n`;
const ada = (visits: number): string => `Ada was here ${visits} times.\n`;

/** Where an example differs from the others. */
export interface ExampleHabits {
  /** Whether a login takes the count along. Default true. */
  readonly keepsCount?: boolean;
  /** Whether a session that has ended is told from one that has not begun; a change is refused with 409 then. Default true. */
  readonly refusesEnded?: boolean;
}

/** Tests `app.js` beside the folder of `testFile`, and that `page`, by its path in the repository, shows it. */
export function exampleSuite<Values extends object>(
  testFile: string,
  page: string,
  createApp: (store: RediStore<Values>) => Listener,
  { keepsCount = true, refusesEnded = true }: ExampleHabits = {},
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
    // The old id leads nowhere.
    expect(await before.visit("/")).toMatchObject(ended);
  });

  it("logs out for good", async () => {
    await browser.visit("/login", post);
    const elsewhere = browser.clone();
    await browser.visit("/logout", post);
    expect((await browser.visit("/")).text).toBe(guest(1));
    expect(await elsewhere.visit("/")).toMatchObject(ended);
  });

  it(`is what ${page} shows`, async () => {
    const [shown, app] = await Promise.all([
      readFile(new URL(`../../${page}`, import.meta.url), "utf8"),
      readFile(new URL("../app.js", testFile), "utf8"),
    ]);
    expect(shown).toContain(app.slice(app.indexOf("import ")));
  });
}
