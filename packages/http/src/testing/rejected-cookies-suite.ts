// Cookies without a live session, alone and beside a cookie with one.
import assert from "node:assert/strict";
import type { RediStore } from "@redistore/core";
import type { TestRunner } from "@redistore/core/testing";
import type { Browser } from "./browser.ts";
import { type TestContext, withServer } from "./with-server.ts";
import type { SuiteAdapter, SuiteData, SuiteHandler } from "./suite-adapter.ts";

const handlers: Readonly<Record<string, SuiteHandler>> = {
  "/": ({ data, respond }) => {
    data["views"] = Number(data["views"] ?? 0) + 1;
    return respond(String(data["views"]));
  },
  "/show": async ({ data, session, respond }) =>
    respond(JSON.stringify([data, (await session()).rejected])),
  "/public": ({ respond }) => respond("public", { headers: { "cache-control": "public" } }),
  "/login": async (request) => {
    await request.regenerate();
    request.data["user"] = "ada";
    return request.respond();
  },
  "/logout": async ({ destroy, respond }) => {
    await destroy();
    return respond();
  },
};

const cookieOf = (browser: Browser): string => browser.cookies.get("session") ?? "";

async function idsOf(store: RediStore<SuiteData>): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of store.records.ids()) ids.push(id);
  return ids;
}

/** The cookie of a session that has ended. */
async function endedCookie({ browser }: TestContext): Promise<string> {
  const other = browser.clone();
  await other.visit("/");
  const value = cookieOf(other);
  await other.visit("/logout");
  return value;
}

const REJECTED: readonly (readonly [string, (context: TestContext) => string | Promise<string>])[] =
  [
    ["in another form", () => "stale"],
    ["of a session that has ended", endedCookie],
  ];

export function rejectedCookiesSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("a rejected cookie", () => {
    for (const [what, make] of REJECTED) {
      it(`${what} is ignored beside a valid one, in either order`, () =>
        withServer(adapter, handlers, async (context) => {
          const { browser, store } = context;
          const stale = await make(context);
          await browser.visit("/");
          const good = cookieOf(browser);
          let views = 1;
          for (const [first, second] of [
            [stale, good],
            [good, stale],
          ]) {
            const cookie = `session=${first}; session=${second}`;
            const { text, setCookie } = await browser.visit("/", { headers: { cookie } });
            assert.equal(text, String(++views));
            assert.deepEqual(setCookie, []);
          }
          assert.equal(await store.count(), 1);
        }));

      it(`${what} does not undo a login`, () =>
        withServer(adapter, handlers, async (context) => {
          const { browser } = context;
          const stale = await make(context);
          browser.cookies.set("session", stale);
          assert.equal((await browser.visit("/login")).setCookie.length, 1);
          // A cookie of another path or domain stays, and may come first.
          const cookie = `session=${stale}; session=${cookieOf(browser)}`;
          const { text } = await browser.visit("/show", { headers: { cookie } });
          assert.deepEqual(JSON.parse(text)[0], { user: "ada" });
        }));
    }

    it("of a session that the browser has just ended is left alone: it may have a newer one", () =>
      withServer(adapter, handlers, async (context) => {
        const { browser } = context;
        browser.cookies.set("session", await endedCookie(context));
        assert.deepEqual((await browser.visit("/show")).setCookie, []);
      }));

    it("of a session that was ended elsewhere is removed by the first response that no shared cache keeps", () =>
      withServer(adapter, handlers, async ({ browser, store }) => {
        await browser.visit("/");
        await store.records.destroy((await idsOf(store))[0] ?? "");
        assert.deepEqual((await browser.visit("/public")).setCookie, []);
        const { text, setCookie } = await browser.visit("/show");
        assert.deepEqual(JSON.parse(text), [{}, "gone"]);
        assert.match(setCookie.join(), /^session=; .*Max-Age=0/);
        assert.equal(browser.cookies.has("session"), false);
        assert.deepEqual((await browser.visit("/show")).setCookie, []);
      }));

    it("in another form is left alone: another library may use the name", () =>
      withServer(adapter, handlers, async ({ browser }) => {
        browser.cookies.set("session", "stale");
        assert.deepEqual((await browser.visit("/show")).setCookie, []);
      }));

    it("in another form is replaced when data is stored", () =>
      withServer(adapter, handlers, async ({ browser }) => {
        browser.cookies.set("session", "stale");
        assert.equal((await browser.visit("/")).setCookie.length, 1);
        assert.equal((await browser.visit("/")).text, "2");
      }));

    it("of a session that was ended elsewhere is replaced when data is stored", () =>
      withServer(adapter, handlers, async ({ browser, store }) => {
        await browser.visit("/");
        const before = await idsOf(store);
        await store.records.destroy(before[0] ?? "");
        const { status, setCookie } = await browser.visit("/");
        assert.deepEqual([status, setCookie.length], [200, 1]);
        const after = await idsOf(store);
        assert.equal(after.length, 1);
        assert.notDeepEqual(after, before);
        assert.equal((await browser.visit("/")).text, "2");
      }));

    it("of a session that has ended stores nothing, because the browser may have a newer one", () =>
      withServer(adapter, handlers, async (context) => {
        const { browser, store } = context;
        browser.cookies.set("session", await endedCookie(context));
        const { status, setCookie } = await browser.visit("/");
        assert.deepEqual({ status, setCookie }, { status: 409, setCookie: [] });
        assert.equal(await store.count(), 0);
      }));
  });
}
