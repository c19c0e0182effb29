// Cookies that lead to no session, alone and beside one that does: every adapter treats them the same.
import assert from "node:assert/strict";
import type { Browser } from "./browser.ts";
import { play, type Scene } from "./play.ts";
import type { StageHandler, SuiteAdapter, TestRunner } from "./stage.ts";

const handlers: Readonly<Record<string, StageHandler>> = {
  "/": ({ data, answer }) => {
    data["views"] = Number(data["views"] ?? 0) + 1;
    return answer(String(data["views"]));
  },
  "/show": async ({ data, session, answer }) =>
    answer(JSON.stringify([data, (await session()).rejected])),
  "/login": async (stage) => {
    await stage.regenerate();
    stage.data["user"] = "ada";
    return stage.answer();
  },
  "/logout": async ({ destroy, answer }) => {
    await destroy();
    return answer();
  },
};

const cookieOf = (browser: Browser): string => browser.cookies.get("session") ?? "";

/** The cookie of a session that was logged out in another window. */
async function endedCookie({ browser }: Scene): Promise<string> {
  const other = browser.clone();
  await other.visit("/");
  const value = cookieOf(other);
  await other.visit("/logout");
  return value;
}

const REJECTED: readonly (readonly [string, (scene: Scene) => string | Promise<string>])[] = [
  ["that no key has signed", () => "stale"],
  ["of a session that has ended", endedCookie],
];

export function rejectedCookiesSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("a rejected cookie", () => {
    for (const [what, make] of REJECTED) {
      it(`${what} is nothing beside a good one, whichever comes first`, () =>
        play(adapter, handlers, async (scene) => {
          const { browser, store } = scene;
          const stale = await make(scene);
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

      it(`${what} does not keep a login from lasting`, () =>
        play(adapter, handlers, async (scene) => {
          const { browser } = scene;
          const stale = await make(scene);
          browser.cookies.set("session", stale);
          assert.equal((await browser.visit("/login")).setCookie.length, 1);
          // Of another path or domain, it stays, and comes first.
          const cookie = `session=${stale}; session=${cookieOf(browser)}`;
          const { text } = await browser.visit("/show", { headers: { cookie } });
          assert.deepEqual(JSON.parse(text)[0], { user: "ada" });
        }));

      it(`${what} is neither cleared nor replaced by a request that only reads`, () =>
        play(adapter, handlers, async (scene) => {
          const { browser } = scene;
          browser.cookies.set("session", await make(scene));
          const { text, setCookie } = await browser.visit("/show");
          assert.deepEqual([JSON.parse(text)[0], setCookie], [{}, []]);
        }));
    }

    it("that no key has signed gives way to the first data", () =>
      play(adapter, handlers, async ({ browser }) => {
        browser.cookies.set("session", "stale");
        assert.equal((await browser.visit("/")).setCookie.length, 1);
        assert.equal((await browser.visit("/")).text, "2");
      }));

    it("of a session that has ended stores nothing: its browser may have a newer one by now", () =>
      play(adapter, handlers, async (scene) => {
        const { browser, store } = scene;
        browser.cookies.set("session", await endedCookie(scene));
        const { status, setCookie } = await browser.visit("/");
        assert.deepEqual({ status, setCookie }, { status: 409, setCookie: [] });
        assert.equal(await store.count(), 0);
      }));
  });
}
