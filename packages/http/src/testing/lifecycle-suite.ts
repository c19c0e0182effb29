// The life of a session: it begins with its first data, lasts across requests and ends when it is destroyed.
import assert from "node:assert/strict";
import { createStore, keysFromStrings, withAnonymousMaxAge, withMemory } from "@redistore/core";
import type { TestRunner } from "@redistore/core/testing";
import { withServer } from "./with-server.ts";
import type { SuiteAdapter, SuiteData, SuiteHandler } from "./suite-adapter.ts";

const count: SuiteHandler = ({ data, respond }) => {
  data["views"] = Number(data["views"] ?? 0) + 1;
  return respond(String(data["views"]));
};
const show: SuiteHandler = ({ data, respond }) => respond(JSON.stringify(data));
const logIn: SuiteHandler = async ({ session, respond }) => {
  const core = await session();
  assert.equal(core.options.maxAge, 600);
  await core.regenerate({ principal: "ada" });
  return respond(String(core.options.maxAge));
};

export function lifecycleSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("the life of a session", () => {
    it("keeps one session per browser", () =>
      withServer(adapter, { "/": count }, async ({ browser }) => {
        const other = browser.clone();
        assert.equal((await browser.visit("/")).text, "1");
        assert.equal((await browser.visit("/")).text, "2");
        assert.equal((await other.visit("/")).text, "1");
        assert.equal((await browser.visit("/")).text, "3");
      }));

    it("sends one cookie, with safe attributes, when data is first stored", () =>
      withServer(adapter, { "/": count }, async ({ browser }) => {
        const [first, second] = [await browser.visit("/"), await browser.visit("/")];
        assert.equal(first.setCookie.length, 1);
        assert.match(first.setCookie[0] ?? "", /^session=.+; Path=\/;.*; HttpOnly; SameSite=Lax$/);
        assert.deepEqual(second.setCookie, []);
      }));

    it("sends no cookie and stores nothing while the session is empty", () =>
      withServer(adapter, { "/": show }, async ({ browser, store, control }) => {
        const { setCookie, text } = await browser.visit("/");
        assert.deepEqual({ setCookie, text }, { setCookie: [], text: "{}" });
        assert.equal(await store.count(), 0);
        assert.equal(control.saves, 0);
      }));

    it("writes nothing for a request that only reads", () =>
      withServer(adapter, { "/": count, "/show": show }, async ({ browser, control }) => {
        await browser.visit("/");
        assert.deepEqual(JSON.parse((await browser.visit("/show")).text), { views: 1 });
        assert.equal(control.saves, 1);
      }));

    it("ignores a forged cookie and tells why it was rejected", () =>
      withServer(
        adapter,
        { "/": async ({ session, respond }) => respond(String((await session()).rejected)) },
        async ({ browser }) => {
          browser.cookies.set("session", "made-up");
          assert.equal((await browser.visit("/")).text, "malformed");
        },
      ));

    it("shows a flash once", () =>
      withServer(
        adapter,
        {
          "/add": async ({ session, respond }) => {
            (await session()).addFlash("saved");
            return respond();
          },
          "/read": async ({ session, respond }) =>
            respond(JSON.stringify((await session()).flashes())),
        },
        async ({ browser }) => {
          await browser.visit("/add");
          assert.equal((await browser.visit("/read")).text, '["saved"]');
          assert.equal((await browser.visit("/read")).text, "[]");
        },
      ));

    it("is short while it has no principal, and has its full length from the login on", () => {
      const keys = keysFromStrings("a-key-of-32-characters-for-tests");
      const open = () => createStore<SuiteData>(keys, withMemory(), withAnonymousMaxAge(600));
      return withServer(
        { ...adapter, open },
        { "/": count, "/login": logIn },
        async ({ browser }) => {
          assert.match((await browser.visit("/")).setCookie[0] ?? "", /; Max-Age=600;/);
          assert.match((await browser.visit("/login")).setCookie[0] ?? "", /; Max-Age=2592000;/);
          assert.deepEqual((await browser.visit("/")).setCookie, []);
        },
      );
    });

    it("keeps two sessions of one request separate", () =>
      withServer(
        adapter,
        {
          "/": async ({ data, named, respond }) => {
            data["who"] = "user";
            (await named("admin")).values["who"] = "admin";
            return respond();
          },
          "/show": async ({ data, named, respond }) =>
            respond(JSON.stringify([data["who"], (await named("admin")).values["who"]])),
        },
        async ({ browser }) => {
          await browser.visit("/");
          assert.deepEqual([...browser.cookies.keys()].toSorted(), ["admin", "session"]);
          assert.equal((await browser.visit("/show")).text, '["user","admin"]');
        },
      ));

    it("ends a destroyed session for every browser and clears the cookie", () =>
      withServer(
        adapter,
        {
          "/": count,
          "/show": show,
          "/logout": async ({ destroy, respond }) => {
            await destroy();
            return respond();
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

    it("leaves no session under the old id after regenerate", () =>
      withServer(
        adapter,
        {
          "/": count,
          "/show": show,
          "/login": async (request) => {
            await request.regenerate();
            request.data["user"] = "ada";
            return request.respond();
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
