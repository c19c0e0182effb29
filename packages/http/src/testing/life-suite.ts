// A session's life, as every adapter has to show it: it begins with data, lasts over requests, and ends when it is destroyed.
import assert from "node:assert/strict";
import { play } from "./play.ts";
import type { StageHandler, SuiteAdapter, TestRunner } from "./stage.ts";

const count: StageHandler = ({ data, answer }) => {
  data["views"] = Number(data["views"] ?? 0) + 1;
  return answer(String(data["views"]));
};
const show: StageHandler = ({ data, answer }) => answer(JSON.stringify(data));

export function lifeSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("the life of a session", () => {
    it("counts the visits of each browser by itself", () =>
      play(adapter, { "/": count }, async ({ browser }) => {
        const other = browser.clone();
        assert.equal((await browser.visit("/")).text, "1");
        assert.equal((await browser.visit("/")).text, "2");
        assert.equal((await other.visit("/")).text, "1");
        assert.equal((await browser.visit("/")).text, "3");
      }));

    it("sends one cookie, with safe attributes, when data are first stored", () =>
      play(adapter, { "/": count }, async ({ browser }) => {
        const [first, second] = [await browser.visit("/"), await browser.visit("/")];
        assert.equal(first.setCookie.length, 1);
        assert.match(first.setCookie[0] ?? "", /^session=.+; Path=\/;.*; HttpOnly; SameSite=Lax$/);
        assert.deepEqual(second.setCookie, []);
      }));

    it("sends no cookie and stores nothing as long as there are no data", () =>
      play(adapter, { "/": show }, async ({ browser, store, gated }) => {
        const { setCookie, text } = await browser.visit("/");
        assert.deepEqual({ setCookie, text }, { setCookie: [], text: "{}" });
        assert.equal(await store.count(), 0);
        assert.equal(gated.saves, 0);
      }));

    it("writes nothing for a request that only reads", () =>
      play(adapter, { "/": count, "/show": show }, async ({ browser, gated }) => {
        await browser.visit("/");
        assert.deepEqual(JSON.parse((await browser.visit("/show")).text), { views: 1 });
        assert.equal(gated.saves, 1);
      }));

    it("takes a forged cookie for none, and says why", () =>
      play(
        adapter,
        { "/": async ({ session, answer }) => answer(String((await session()).rejected)) },
        async ({ browser }) => {
          browser.cookies.set("session", "made-up");
          assert.equal((await browser.visit("/")).text, "malformed");
        },
      ));

    it("shows a flash once", () =>
      play(
        adapter,
        {
          "/add": async ({ session, answer }) => {
            (await session()).addFlash("saved");
            return answer();
          },
          "/read": async ({ session, answer }) =>
            answer(JSON.stringify((await session()).flashes())),
        },
        async ({ browser }) => {
          await browser.visit("/add");
          assert.equal((await browser.visit("/read")).text, '["saved"]');
          assert.equal((await browser.visit("/read")).text, "[]");
        },
      ));

    it("keeps two sessions of one request apart", () =>
      play(
        adapter,
        {
          "/": async ({ data, named, answer }) => {
            data["who"] = "user";
            (await named("admin")).values["who"] = "admin";
            return answer();
          },
          "/show": async ({ data, named, answer }) =>
            answer(JSON.stringify([data["who"], (await named("admin")).values["who"]])),
        },
        async ({ browser }) => {
          await browser.visit("/");
          assert.deepEqual([...browser.cookies.keys()].toSorted(), ["admin", "session"]);
          assert.equal((await browser.visit("/show")).text, '["user","admin"]');
        },
      ));

    it("ends the session for good when it is destroyed, and clears the cookie", () =>
      play(
        adapter,
        {
          "/": count,
          "/show": show,
          "/logout": async ({ destroy, answer }) => {
            await destroy();
            return answer();
          },
        },
        async ({ browser, store }) => {
          await browser.visit("/");
          const thief = browser.clone();
          const { setCookie } = await browser.visit("/logout");
          assert.match(setCookie.join(), /^session=;.*Max-Age=0/);
          assert.equal(browser.cookies.size, 0);
          assert.equal(await store.count(), 0);
          assert.equal((await thief.visit("/show")).text, "{}");
        },
      ));

    it("leaves the old id with nothing after regenerate", () =>
      play(
        adapter,
        {
          "/": count,
          "/show": show,
          "/login": async (stage) => {
            await stage.regenerate();
            stage.data["user"] = "ada";
            return stage.answer();
          },
        },
        async ({ browser, store }) => {
          await browser.visit("/");
          const attacker = browser.clone();
          await browser.visit("/login");
          assert.equal(JSON.parse((await browser.visit("/show")).text).user, "ada");
          assert.equal((await attacker.visit("/show")).text, "{}");
          assert.equal(await store.count(), 1);
        },
      ));
  });
}
