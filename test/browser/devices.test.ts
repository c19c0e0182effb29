// Logs in with several browsers of one user, and ends sessions from the list of devices in one of them. No user sees an error.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type LoginApp, startLoginApp } from "./login-app.ts";
import { useChromium } from "./stage.ts";

const LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const TABLET =
  "Mozilla/5.0 (Linux; Android 15; Tablet) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const openBrowser = useChromium();

/** A browser of this kind in which the user is logged in. */
async function openLoggedIn(app: LoginApp, userAgent: string, user = "Ada"): Promise<Page> {
  const tab = await (await openBrowser({ userAgent })).newPage();
  await tab.goto(`${app.origin}/login`);
  await tab.getByLabel("Name").fill(user);
  await press(tab, "Log in");
  expect(await loggedIn(tab)).toBe(user);
  return tab;
}

async function press(tab: Page, name: string): Promise<void> {
  await tab.getByRole("button", { name, exact: true }).click();
}

/** Who is logged in, once the page says it. */
async function loggedIn(tab: Page): Promise<string> {
  const heading = tab.getByRole("heading", { name: / is logged in$/ });
  return (await heading.innerText()).replace(" is logged in", "");
}

/**
 * The devices on the page with their list, once it shows this many, without the labels of their buttons. In alphabetical order, because logins
 * of the same second are listed in any order.
 */
async function devices(tab: Page, count: number): Promise<string[]> {
  const rows = tab.getByRole("listitem");
  await rows.nth(count - 1).waitFor();
  const texts = await rows.allInnerTexts();
  return texts.map((text) => text.split("\n", 1)[0]?.trim() ?? "").toSorted();
}

function errorPages({ statuses }: LoginApp): number[] {
  return statuses.filter((status) => status >= 400);
}

/** The value of the session's cookie. */
async function cookie(tab: Page): Promise<string | undefined> {
  return (await tab.context().cookies()).find(({ name }) => name === "session")?.value;
}

describe("the list of a user's devices", () => {
  it("names the user's browsers, and no other user's", async () => {
    const app = await startLoginApp();
    const laptop = await openLoggedIn(app, LAPTOP);
    await openLoggedIn(app, PHONE);
    await openLoggedIn(app, TABLET, "Grace");
    await laptop.goto(`${app.origin}/devices`);
    expect(await devices(laptop, 2)).toEqual(["Firefox on Linux (this one)", "Safari on iPhone"]);
    expect(errorPages(app)).toEqual([]);
  });

  it("logs one browser out, which is a guest with its next request and can log in again", async () => {
    const app = await startLoginApp();
    const [laptop, phone] = [await openLoggedIn(app, LAPTOP), await openLoggedIn(app, PHONE)];
    const before = await cookie(phone);
    await laptop.goto(`${app.origin}/devices`);
    expect(await devices(laptop, 2)).toHaveLength(2);
    await press(laptop, "Log out Safari on iPhone");
    await laptop.getByText("Safari on iPhone").waitFor({ state: "detached" });
    expect(await devices(laptop, 1)).toEqual(["Firefox on Linux (this one)"]);

    await phone.goto(app.origin);
    expect(await loggedIn(phone)).toBe("Nobody");
    await phone.reload();
    expect(await loggedIn(phone)).toBe("Nobody");
    expect(await cookie(phone)).not.toBe(before);
    await phone.goto(`${app.origin}/login-with-token`);
    await phone.getByLabel("Name").fill("Ada");
    await press(phone, "Log in");
    expect(await loggedIn(phone)).toBe("Ada");
    await laptop.reload();
    expect(await devices(laptop, 2)).toEqual(["Firefox on Linux (this one)", "Safari on iPhone"]);
    expect(errorPages(app)).toEqual([]);
  });

  it("logs out everywhere else: one browser stays logged in, all others of the user are guests", async () => {
    const app = await startLoginApp();
    const [laptop, phone, tablet] = [
      await openLoggedIn(app, LAPTOP),
      await openLoggedIn(app, PHONE),
      await openLoggedIn(app, TABLET),
    ];
    const grace = await openLoggedIn(app, PHONE, "Grace");
    await phone.goto(`${app.origin}/devices`);
    expect(await devices(phone, 3)).toHaveLength(3);
    await press(phone, "Log out everywhere else");
    await phone.getByText("Firefox on Linux").waitFor({ state: "detached" });
    expect(await devices(phone, 1)).toEqual(["Safari on iPhone (this one)"]);
    for (const tab of [laptop, tablet]) {
      await tab.goto(app.origin);
      expect(await loggedIn(tab)).toBe("Nobody");
    }
    for (const [tab, user] of [
      [phone, "Ada"],
      [grace, "Grace"],
    ] as const) {
      await tab.goto(app.origin);
      expect(await loggedIn(tab)).toBe(user);
    }
    expect(errorPages(app)).toEqual([]);
  });
});
