// Checks in Chromium that cookies get the configured attributes.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CookieOptions, createStore, keysFromStrings, withMemory } from "@redistore/core";
import { withSession } from "@redistore/http";
import type { Cookie } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { useChromium } from "./stage.ts";

const DAY = 86_400;
const openBrowser = useChromium();

/** The cookie that Chromium stores for a session with these options, and its lifetime. */
async function storedCookie(cookie: CookieOptions, name = "session"): Promise<Cookie & Lifetime> {
  const store = await createStore(
    keysFromStrings("a-key-of-32-characters-for-tests"),
    withMemory(),
  );
  const server = createServer(
    withSession(
      store,
      (_req, res, { values }) => {
        Object.assign(values, { visited: true });
        res
          .setHeader("content-type", "text/html")
          .end("<!doctype html><link rel=icon href=data:,>");
      },
      { name, cookie, trustProxy: true },
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  });
  const { port } = server.address() as AddressInfo;
  const browser = await openBrowser();
  const before = Date.now() / 1000;
  const page = await browser.newPage();
  // As a proxy with TLS would say it: a secure cookie is sent only over TLS. Chromium trusts loopback without it.
  if (cookie.secure) await page.setExtraHTTPHeaders({ "x-forwarded-proto": "https" });
  await page.goto(`http://127.0.0.1:${port}/app/`);
  const after = Date.now() / 1000;
  const cookies = await browser.cookies();
  expect(cookies).toHaveLength(1);
  const [found] = cookies as [Cookie];
  return { ...found, atLeast: found.expires - after, atMost: found.expires - before };
}

/** In seconds. Bounds, because the test does not know the exact time at which the browser stored the cookie. */
interface Lifetime {
  readonly atLeast: number;
  readonly atMost: number;
}

function expectLifetime({ atLeast, atMost }: Lifetime, seconds: number): void {
  expect(atLeast).toBeLessThanOrEqual(seconds);
  expect(atMost).toBeGreaterThanOrEqual(seconds);
}

describe("the cookie in the browser", () => {
  it("is HttpOnly, SameSite=Lax and lasts 30 days by default", async () => {
    const cookie = await storedCookie({});
    expect(cookie).toMatchObject({
      name: "session",
      domain: "127.0.0.1",
      path: "/",
      httpOnly: true,
      secure: false,
      sameSite: "Lax",
    });
    expectLifetime(cookie, 30 * DAY);
  });

  it("has the configured path, lifetime and attributes", async () => {
    const cookie = await storedCookie({
      path: "/app",
      maxAge: 2 * DAY,
      httpOnly: false,
      secure: true,
      sameSite: "strict",
    });
    expect(cookie).toMatchObject({
      path: "/app",
      httpOnly: false,
      secure: true,
      sameSite: "Strict",
    });
    expectLifetime(cookie, 2 * DAY);
  });

  it("ends with the browser session if maxAge is 0", async () => {
    expect(await storedCookie({ maxAge: 0 })).toMatchObject({ expires: -1, httpOnly: true });
  });

  it("is accepted as SameSite=None if it is secure", async () => {
    expect(await storedCookie({ secure: true, sameSite: "none" })).toMatchObject({
      secure: true,
      sameSite: "None",
    });
  });

  it("is accepted under a __Host- name", async () => {
    const name = "__Host-session";
    expect(await storedCookie({ secure: true }, name)).toMatchObject({
      name,
      path: "/",
      secure: true,
    });
  });
});
