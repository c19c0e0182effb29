// Tests the demo's page in a browser, in several tabs, on three servers.
import type { BrowserContext, Page, Route } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { type Demo, runDemo } from "../../examples/demo/test/run-demo.ts";
import { useChromium } from "./stage.ts";

const WRITES = 30;
const openBrowser = useChromium();

/** Resolves to the origin of each server. Without a URL the demo starts a Redis itself. */
async function startDemo(
  redisUrl: string | undefined,
): Promise<{ express: string; koa: string; http: string }> {
  const env = { REDIS_URL: redisUrl, SESSION_KEYS: undefined, PORT: undefined };
  const demo: Demo = runDemo(["--port", "0"], env);
  await demo.printed("/csrf)");
  const origin = (name: string): string =>
    demo.places().find((place) => place.name === name)?.origin ?? `no ${name}`;
  return { express: origin("Express"), koa: origin("Koa"), http: origin("node:http") };
}

async function openTab(browser: BrowserContext, origin: string): Promise<Page> {
  const tab = await browser.newPage();
  await tab.goto(origin);
  return tab;
}

async function press(tab: Page, name: string): Promise<void> {
  await tab.getByRole("button", { name, exact: true }).click();
}

async function logIn(tab: Page, name: string): Promise<void> {
  await tab.getByLabel("Your name").fill(name);
  await press(tab, "Log in");
}

/** The heading of the login section, once the page shows it. */
function loginHeading(tab: Page): Promise<string> {
  return tab.getByRole("heading", { name: /logged in$/ }).innerText();
}

async function cookieValue(browser: BrowserContext): Promise<string | undefined> {
  return (await browser.cookies()).find(({ name }) => name === "session")?.value;
}

describe("a login", () => {
  it.for(["127.0.0.1", "localhost"])(
    "on one server counts on the other two, at %s",
    async (host) => {
      const { express } = await startDemo(inject("redisUrl"));
      const browser = await openBrowser();
      const tab = await openTab(browser, express.replace("127.0.0.1", host));
      await press(tab, "+ Honey");
      const before = await cookieValue(browser);
      await logIn(tab, "Ada");
      expect(await loginHeading(tab)).toBe("Ada is logged in");
      expect(await cookieValue(browser)).not.toBe(before);
      for (const server of ["Koa", "node:http", "Express"]) {
        await tab.getByRole("link", { name: server, exact: true }).click();
        await tab.getByText(`${server} sent this page.`).waitFor();
        expect(await loginHeading(tab)).toBe("Ada is logged in");
        expect(await tab.getByText("1 Honey").count()).toBe(1);
        expect(new URL(tab.url()).hostname).toBe(host);
      }
    },
  );
});

describe("two tabs that write at once", () => {
  it("lose no write if all writes are sent before the first response", async () => {
    const { express, koa } = await startDemo(inject("redisUrl"));
    const browser = await openBrowser();
    const tabs = [await openTab(browser, express), await openTab(browser, koa)];
    const pending: Route[] = [];
    await browser.route("**/write", async (route) => {
      pending.push(route);
      if (pending.length < 2 * WRITES) return;
      await Promise.all(pending.map((write) => write.continue()));
    });
    await Promise.all(tabs.map((tab) => press(tab, `Write ${WRITES} times`)));
    await Promise.all(
      tabs.map((tab) =>
        tab
          .getByText(/^\d+ of \d+ of tab/)
          .first()
          .waitFor(),
      ),
    );
    // The first tab may have reloaded before the other tab's writes arrived.
    const tab = await openTab(browser, express);
    const lines = await tab.getByText(/^\d+ of \d+ of tab/).allInnerTexts();
    const complete = `${WRITES} of ${WRITES} of tab`;
    expect(lines).toEqual([expect.stringContaining(complete), expect.stringContaining(complete)]);
    const servers = pending.map((write) => new URL(write.request().url()).origin);
    expect(new Set(servers).size).toBe(3);
  });
});

describe("the same writes to express-session and connect-redis", () => {
  it("show beside redistore's how many are kept, and the stored JSON stays readable", async () => {
    const { express } = await startDemo(inject("redisUrl"));
    const tab = await openTab(await openBrowser(), express);
    await press(tab, `Write ${WRITES} times`);
    const line = await tab.getByText(/^\d+ of \d+ with express-session/).innerText();
    expect(Number.parseInt(line, 10)).toBeLessThan(WRITES);
    expect(await tab.getByText(/^\d+ of \d+ of tab/).innerText()).toContain(
      `${WRITES} of ${WRITES}`,
    );
    const json = await tab.getByRole("region", { name: "The stored value" }).innerText();
    expect(JSON.parse(json)).toMatchObject({ visits: 2 });
    expect(json).not.toContain("write ");
    await tab.getByText(`And ${WRITES} writes, each with a key of its own`).click();
    expect(await tab.getByRole("region", { name: "The stored writes" }).innerText()).toContain(
      "29",
    );
  });
});

describe("an encrypted copy", () => {
  it("is shown as the bytes in Redis, beside what the store reads from them", async () => {
    const { koa } = await startDemo(inject("redisUrl"));
    const tab = await openTab(await openBrowser(), koa);
    await logIn(tab, "Ada");
    await press(tab, "Store an encrypted copy");
    const bytes = await tab.getByRole("region", { name: "The encrypted bytes" }).innerText();
    expect(bytes).toMatch(/^([\da-f]{2} ?)+$/);
    const hex = bytes.replaceAll(" ", "");
    expect(Buffer.from(hex, "hex").includes("Ada")).toBe(false);
    const json = await tab.getByRole("region", { name: "The decrypted value" }).innerText();
    expect(JSON.parse(json)).toMatchObject({ user: "Ada" });
  });
});

describe("an outage of Redis", () => {
  it("is over after ten seconds, and the page shows what each server responded; the login stays", async () => {
    const { express } = await startDemo(undefined);
    const tab = await openTab(await openBrowser(), express);
    await logIn(tab, "Ada");
    await press(tab, "Stop Redis for 10 seconds");
    await tab.getByText("Redis is back.").waitFor();
    const rows = await tab
      .getByRole("listitem")
      .filter({ hasText: "after the outage" })
      .allInnerTexts();
    const refused = ["Express", "Koa", "node:http"].map((name) => `${name}: 503 after`);
    expect(rows).toEqual(
      [...refused, "connect-redis: "].map((start) => expect.stringContaining(start)),
    );
    expect(await loginHeading(tab)).toBe("Ada is logged in");
  });
});

describe("a key rotation while the servers run", () => {
  it("signs the cookie again and keeps the login, also for a browser that returns later", async () => {
    const { express, koa } = await startDemo(inject("redisUrl"));
    const [browser, away] = [await openBrowser(), await openBrowser()];
    const tab = await openTab(browser, express);
    await logIn(tab, "Ada");
    const returning = await openTab(away, koa);
    await logIn(returning, "Grace");
    const before = [await cookieValue(browser), await cookieValue(away)];

    await press(tab, "Rotate the key");
    await tab.getByRole("heading", { name: "Key 2 signs cookies" }).waitFor();
    await tab
      .getByText("Your cookie was signed by key 1, and was sent again under the new key.")
      .waitFor();
    expect(await loginHeading(tab)).toBe("Ada is logged in");
    const renewed = await cookieValue(browser);
    expect(renewed).not.toBe(before[0]);

    await tab.goto(koa);
    await tab.getByText("It signed your cookie.").waitFor();
    expect(await loginHeading(tab)).toBe("Ada is logged in");
    expect(await cookieValue(browser)).toBe(renewed);

    await returning.reload();
    expect(await loginHeading(returning)).toBe("Grace is logged in");
    expect(await cookieValue(away)).not.toBe(before[1]);
  });
});

describe("an hour by the demo's clock", () => {
  it("ends the login, and the visitor is offered a new session", async () => {
    const { express, koa } = await startDemo(inject("redisUrl"));
    const tab = await openTab(await openBrowser(), express);
    await logIn(tab, "Ada");
    for (const left of [60, 40, 20]) {
      await tab.getByText(`Absolute: ${left} minutes left of 60 minutes`).waitFor();
      expect(await loginHeading(tab)).toBe("Ada is logged in");
      await press(tab, "Wind forward 20 minutes");
    }
    await tab.getByText("Your cookie was refused: gone.").waitFor();
    await press(tab, "Start a new session");
    expect(await loginHeading(tab)).toBe("You are not logged in");
    await tab.goto(koa);
    expect(await loginHeading(tab)).toBe("You are not logged in");
  });
});

describe("a logout", () => {
  it("ends the login on every server and in every tab", async () => {
    const { express, koa, http } = await startDemo(inject("redisUrl"));
    const browser = await openBrowser();
    const tab = await openTab(browser, express);
    await logIn(tab, "Ada");
    const other = await openTab(browser, koa);
    await press(tab, "Log out");
    expect(await loginHeading(tab)).toBe("You are not logged in");
    await other.reload();
    expect(await loginHeading(other)).toBe("You are not logged in");
    await other.goto(http);
    expect(await loginHeading(other)).toBe("You are not logged in");
  });

  it("everywhere ends the sessions of that user in all browsers, and no other session", async () => {
    const { express, koa, http } = await startDemo(inject("redisUrl"));
    const [browser, second, stranger] = [
      await openBrowser(),
      await openBrowser(),
      await openBrowser(),
    ];
    const tab = await openTab(browser, express);
    await logIn(tab, "Ada");
    const elsewhere = await openTab(second, koa);
    await logIn(elsewhere, "Ada");
    const other = await openTab(stranger, http);
    await logIn(other, "Grace");

    await press(tab, "Log out everywhere");
    expect(await loginHeading(tab)).toBe("You are not logged in");
    await elsewhere.goto(koa);
    await elsewhere.getByText("Your cookie was refused: gone.").waitFor();
    // The response has removed the cookie, so the next page begins a new session.
    for (const origin of [express, koa, http]) {
      await elsewhere.goto(origin);
      expect(await loginHeading(elsewhere)).toBe("You are not logged in");
      expect(await elsewhere.getByText(/\bAda\b/).count()).toBe(0);
    }
    await other.reload();
    expect(await loginHeading(other)).toBe("Grace is logged in");
  });

  it("of one device, or of all others, is a click in the list of devices", async () => {
    const { express, koa, http } = await startDemo(inject("redisUrl"));
    const [laptop, phone, tablet] = [
      await openTab(await openBrowser({ userAgent: "Firefox (Linux)" }), express),
      await openTab(await openBrowser({ userAgent: "Safari (iPhone)" }), koa),
      await openTab(await openBrowser({ userAgent: "Chrome (Android)" }), http),
    ];
    for (const tab of [laptop, phone, tablet]) await logIn(tab, "Radia");
    await laptop.reload();
    expect(await laptop.getByText(/^(Firefox|Safari|Chrome) on/).count()).toBe(3);
    const row = laptop.getByRole("listitem").filter({ hasText: "Safari on iPhone" });
    await row.getByRole("button", { name: "Log out this one" }).click();
    await row.waitFor({ state: "detached" });
    await phone.goto(koa);
    await phone.goto(koa);
    expect(await loginHeading(phone)).toBe("You are not logged in");
    await tablet.reload();
    expect(await loginHeading(tablet)).toBe("Radia is logged in");
    await press(laptop, "Log out all others");
    await laptop.getByText("Chrome on Android").waitFor({ state: "detached" });
    await tablet.goto(http);
    await tablet.goto(http);
    expect(await loginHeading(tablet)).toBe("You are not logged in");
    expect(await loginHeading(laptop)).toBe("Radia is logged in");
  });
});
