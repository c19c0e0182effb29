// What users of every host of our sessions expect of it, as one set of tests: the host serves the pages, over a real Redis.
import type { OptionalStoreOption } from "@redistore/core";
import { Browser, deferred, type Listener } from "@redistore/http/testing";
import { expect, it, onTestFinished } from "vitest";
import { startRedis } from "../../redis/server.ts";
import { redisOptions } from "../../stores.ts";
import { visit } from "../../visit.ts";

/** What every host calls `session` on its request: the session object of this package, express-session or @fastify/session. */
interface HostSession {
  user?: string;
  views?: number;
  regenerate(): Promise<void>;
  destroy(): Promise<void>;
}

/** The object that has the session: the request, or Koa's context. */
export interface SessionOwner {
  session: HostSession;
}

/** By path: what a page does with the session, and its text. */
export type Pages = Readonly<Record<string, (owner: SessionOwner) => Promise<string>>>;

/** Serves the pages with GET, with sessions in the Redis of these options. What it opens, it closes after the test. */
export type Host = (options: OptionalStoreOption[], pages: Pages) => Promise<Listener>;

interface Scene {
  readonly browser: Browser;
  /** `/slow` has its session and waits for `proceed`. */
  readonly slow: { readonly loaded: Promise<void>; proceed(): void };
}

async function serve(host: Host, url?: string): Promise<Scene> {
  const [loaded, proceed] = [deferred(), deferred()];
  const app = await host(redisOptions(url), {
    "/count": async ({ session }) => String((session.views = (session.views ?? 0) + 1)),
    "/show": async ({ session }) => `${session.user ?? "guest"} ${session.views ?? 0}`,
    "/login": async (owner) => {
      await owner.session.regenerate();
      owner.session.user = "ada";
      return "in";
    },
    "/logout": async ({ session }) => {
      await session.destroy();
      return "out";
    },
    "/slow": async ({ session }) => {
      const known = session.views;
      loaded.resolve();
      await proceed.promise;
      session.user = `slow after ${known}`;
      return "slow";
    },
  });
  const browser = await visit(app);
  return { browser, slow: { loaded: loaded.promise, proceed: () => proceed.resolve() } };
}

const show = async (browser: Browser) => (await browser.visit("/show")).text;

/** The tests, for a `describe` that names the host. */
export function hostStory(host: Host): void {
  it("stores a change before the response, and nothing without one", async () => {
    const { browser } = await serve(host);
    expect((await browser.visit("/show")).setCookie).toEqual([]);
    const first = await browser.visit("/count");
    expect([first.text, first.setCookie.length]).toEqual(["1", 1]);
    expect((await browser.visit("/count")).text).toBe("2");
    expect(await show(browser)).toBe("guest 2");
  });

  it("keeps a login, under another id, until the logout", async () => {
    const { browser } = await serve(host);
    await browser.visit("/count");
    const attacker = browser.clone();
    expect((await browser.visit("/login")).text).toBe("in");
    expect(await show(browser)).toBe("ada 0");
    expect(await show(attacker)).toBe("guest 0");
    const thief = browser.clone();
    expect((await browser.visit("/logout")).text).toBe("out");
    expect(await show(browser)).toBe("guest 0");
    expect(await show(thief)).toBe("guest 0");
  });

  it("loses no write of requests that overlap", async () => {
    const { browser, slow } = await serve(host);
    await browser.visit("/count");
    const response = browser.visit("/slow");
    await slow.loaded;
    await browser.visit("/count");
    slow.proceed();
    expect((await response).text).toBe("slow");
    expect(await show(browser)).toBe("slow after 1 2");
  });

  it("does not undo a logout by a request that was in flight", async () => {
    const { browser, slow } = await serve(host);
    await browser.visit("/count");
    const thief = browser.clone();
    const response = browser.clone().visit("/slow");
    await slow.loaded;
    await browser.visit("/logout");
    slow.proceed();
    expect((await response).status).toBe(409);
    expect(await show(thief)).toBe("guest 0");
  });

  it("sends 503 with Retry-After while Redis is down, and works again afterwards", async () => {
    const redis = await startRedis({ args: ["--appendonly", "yes", "--appendfsync", "always"] });
    onTestFinished(() => redis.stop());
    const { browser } = await serve(host, redis.url);
    await browser.visit("/count");
    await redis.kill();
    const stranger = new Browser(browser.origin);
    const responses = await Promise.all([
      browser.visit("/count"),
      browser.visit("/show"),
      stranger.visit("/count"),
      stranger.visit("/login"),
    ]);
    for (const { status, headers, setCookie, text } of responses) {
      expect([status, headers["retry-after"], setCookie]).toEqual([503, "1", []]);
      // The address of Redis is for developers: clients do not get the message.
      expect(text).not.toContain("127.0.0.1");
    }
    expect((await stranger.visit("/show")).text).toBe("guest 0");
    await redis.start();
    expect((await browser.visit("/count")).text).toBe("2");
    expect((await stranger.visit("/count")).text).toBe("1");
  });
}
