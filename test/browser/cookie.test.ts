// What a browser makes of the cookies: their attributes are those that were configured.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CookieOptions, createStore, keysFromStrings, withMemory } from "@redistore/core";
import { withSession } from "@redistore/http";
import type { Cookie } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { useChromium } from "./stage.ts";

const DAY = 86_400;
const openBrowser = useChromium();

/** The cookie that a browser keeps of a session with these options, and its lifetime in seconds. */
async function kept(cookie: CookieOptions, name = "session"): Promise<Cookie & Lifetime> {
  const store = await createStore(
    keysFromStrings("a-key-of-32-characters-for-tests"),
    withMemory(),
  );
  const server = createServer(
    withSession(
      store,
      (_req, res, { values }) => {
        Object.assign(values, { seen: true });
        res
          .setHeader("content-type", "text/html")
          .end("<!doctype html><link rel=icon href=data:,>");
      },
      { name, cookie },
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
  await (await browser.newPage()).goto(`http://127.0.0.1:${port}/app/`);
  const after = Date.now() / 1000;
  const cookies = await browser.cookies();
  expect(cookies).toHaveLength(1);
  const [found] = cookies as [Cookie];
  return { ...found, atLeast: found.expires - after, atMost: found.expires - before };
}

/** Bounds, since nobody knows when exactly the browser counted from. Seconds. */
interface Lifetime {
  readonly atLeast: number;
  readonly atMost: number;
}

function expectLifetime({ atLeast, atMost }: Lifetime, seconds: number): void {
  expect(atLeast).toBeLessThanOrEqual(seconds);
  expect(atMost).toBeGreaterThanOrEqual(seconds);
}

describe("the cookie in the browser", () => {
  it("is for the server alone, for 30 days, and stays on this site by default", async () => {
    const cookie = await kept({});
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

  it("has the path, the lifetime and the attributes that were asked for", async () => {
    const cookie = await kept({
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

  it("ends with the browser where maxAge is 0", async () => {
    expect(await kept({ maxAge: 0 })).toMatchObject({ expires: -1, httpOnly: true });
  });

  it("goes to other sites, too, where it is secure and asked for", async () => {
    expect(await kept({ secure: true, sameSite: "none" })).toMatchObject({
      secure: true,
      sameSite: "None",
    });
  });

  it("is accepted under a name that pins it to its host", async () => {
    const name = "__Host-session";
    expect(await kept({ secure: true }, name)).toMatchObject({ name, path: "/", secure: true });
  });
});
