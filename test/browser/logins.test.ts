// Logs in with two browsers as people do: in a hurry, with second thoughts, and while another device ends their sessions. No user sees an error.
import { once } from "node:events";
import type { BrowserContext, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type StoppedLogin, type LoginApp, startLoginApp } from "./login-app.ts";
import { useChromium } from "./stage.ts";

const openBrowser = useChromium();

/** A browser on the login page, with a session as a guest. */
async function openLogin(app: LoginApp, path = "/login"): Promise<Page> {
  const tab = await (await openBrowser()).newPage();
  await tab.goto(app.origin);
  await tab.goto(app.origin + path);
  await tab.getByLabel("Name").fill("Ada");
  return tab;
}

/** A browser in which Ada is logged in. */
async function openLoggedIn(app: LoginApp): Promise<Page> {
  const tab = await openLogin(app);
  await submit(tab);
  expect(await loggedIn(tab)).toBe("Ada");
  return tab;
}

/**
 * The page runs `script` at `app.signal`. While Chromium waits for the response to a form it takes no commands, so it has to be told
 * before.
 */
async function atSignal(tab: Page, script: string): Promise<void> {
  await tab.evaluate(`void fetch("/signal").then(() => ${script})`);
}

const CLICK_AGAIN = 'document.querySelector("button").click()';
const STOP = "window.stop()";

/** Clicks, and does not wait for the page that follows. */
async function submit(tab: Page): Promise<void> {
  await tab.getByRole("button", { name: "Log in" }).click({ noWaitAfter: true });
}

async function logIn(tab: Page): Promise<void> {
  await tab.getByLabel("Name").fill("Ada");
  await submit(tab);
}

/** Who is logged in, once the page says it. */
async function loggedIn(tab: Page): Promise<string> {
  const heading = tab.getByRole("heading", { name: / is logged in$/ });
  return (await heading.innerText()).replace(" is logged in", "");
}

async function cookie(browser: BrowserContext): Promise<string | undefined> {
  return (await browser.cookies()).find(({ name }) => name === "session")?.value;
}

function errorPages({ statuses }: LoginApp): number[] {
  return statuses.filter((status) => status >= 400);
}

describe("a double click on the login button", () => {
  it.for(["/login", "/login-with-token"])(
    "logs in by both requests of %s, which both had loaded the session as a guest",
    async (path) => {
      const app = await startLoginApp();
      const [tab, second] = [await openLogin(app, path), await openLoggedIn(app)];
      const [one, other] = [app.stopLogin(), app.stopLogin()];
      await atSignal(tab, CLICK_AGAIN);
      await submit(tab);
      await one.loaded.promise;
      app.signal.resolve();
      await other.loaded.promise;
      for (const login of [one, other]) await finish(login);
      expect(await loggedIn(tab)).toBe("Ada");
      await tab.reload();
      expect(await loggedIn(tab)).toBe("Ada");
      await second.reload();
      expect(await loggedIn(second)).toBe("Ada");
      expect(errorPages(app)).toEqual([]);
    },
  );

  it("logs in by the second request if it arrives when the first is stored", async () => {
    const app = await startLoginApp();
    const [tab, second] = [await openLogin(app), await openLoggedIn(app)];
    const one = app.stopLogin();
    await atSignal(tab, CLICK_AGAIN);
    await submit(tab);
    one.mayLogIn.resolve();
    await one.stored.promise;
    app.signal.resolve();
    expect(await loggedIn(tab)).toBe("Ada");
    one.mayRespond.resolve();
    await tab.reload();
    expect(await loggedIn(tab)).toBe("Ada");
    await second.reload();
    expect(await loggedIn(second)).toBe("Ada");
    expect(errorPages(app)).toEqual([]);
  });
});

async function finish(login: StoppedLogin): Promise<void> {
  login.mayLogIn.resolve();
  await login.stored.promise;
  login.mayRespond.resolve();
}

describe("a login whose response never arrives, though its session is stored", () => {
  it("is followed by another login, if the user stops it", async () => {
    const app = await startLoginApp();
    const [tab, second] = [await openLogin(app), await openLoggedIn(app)];
    const before = await cookie(tab.context());
    const lost = app.stopLogin();
    await atSignal(tab, STOP);
    await submit(tab);
    lost.mayLogIn.resolve();
    await lost.stored.promise;
    const closed = once(await lost.loaded.promise, "close");
    app.signal.resolve();
    await closed;
    lost.mayRespond.resolve();
    expect(await cookie(tab.context())).toBe(before);

    await tab.goto(`${app.origin}/login`);
    await logIn(tab);
    expect(await loggedIn(tab)).toBe("Ada");
    await second.reload();
    expect(await loggedIn(second)).toBe("Ada");
    expect(errorPages(app)).toEqual([]);
  });
});

describe("a session that another browser ended", () => {
  it.for([
    ["/end-others", "Ada"],
    ["/end-all", "Nobody"],
  ])("leaves its browser a login page with a token, by %s", async ([path, remains]) => {
    const app = await startLoginApp();
    const [tab, second] = [await openLoggedIn(app), await openLoggedIn(app)];
    const before = await cookie(tab.context());
    await second.goto(app.origin + path);
    await tab.goto(`${app.origin}/login-with-token`);
    await logIn(tab);
    expect(await loggedIn(tab)).toBe("Ada");
    expect(await cookie(tab.context())).not.toBe(before);
    await second.goto(app.origin);
    expect(await loggedIn(second)).toBe(remains);
    expect(errorPages(app)).toEqual([]);
  });
});
