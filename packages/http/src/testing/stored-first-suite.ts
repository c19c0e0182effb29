// Nothing leaves before it is stored, as every adapter has to keep it, also where the store fails.
import assert from "node:assert/strict";
import { StoreUnavailableError } from "@redistore/core";
import { play } from "./play.ts";
import type { StageHandler, SuiteAdapter, TestRunner } from "./stage.ts";

const login: StageHandler = async (stage) => {
  await stage.regenerate();
  stage.data["user"] = "ada";
  return stage.redirect("/show");
};
const show: StageHandler = ({ data, answer }) => answer(JSON.stringify(data));
const ping: StageHandler = ({ answer }) => answer("pong");

export function storedFirstSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("stored before sent", () => {
    it("shows a login to the request that follows the redirect, however slow the store is", () =>
      play(
        adapter,
        { "/login": login, "/show": show, "/ping": ping },
        async ({ browser, gated }) => {
          const held = gated.holdSaves();
          let redirected = false;
          const redirect = browser.visit("/login").then((answer) => {
            redirected = true;
            return answer;
          });
          await held.begun;
          // By now the redirect would be here, too, had it left.
          await browser.clone().visit("/ping");
          assert.equal(redirected, false);
          held.release();
          assert.equal((await redirect).status, 302);
          assert.equal((await browser.visit("/show")).text, '{"user":"ada"}');
        },
      ));

    it("drops the answer when the store fails: 503, Retry-After, no cookie", () =>
      play(
        adapter,
        {
          "/": ({ data, answer }) => {
            data["order"] = 1;
            return answer("thank you", { status: 201, headers: { etag: '"made-up"' } });
          },
        },
        async ({ browser, gated }) => {
          gated.failSaves(new StoreUnavailableError("Redis is away."));
          const failed = await browser.visit("/");
          assert.equal(failed.status, 503);
          assert.equal(failed.headers["retry-after"], "1");
          assert.doesNotMatch(failed.text, /thank you/);
          assert.equal(failed.headers.etag, undefined);
          assert.deepEqual(failed.setCookie, []);
          gated.failSaves(undefined);
          assert.equal((await browser.visit("/")).text, "thank you");
        },
      ));

    it("answers 503 when the session cannot be loaded, and leaves the cookie alone", () =>
      play(adapter, { "/login": login, "/show": show }, async ({ browser, gated }) => {
        await browser.visit("/login");
        gated.failLoads(new StoreUnavailableError("Redis is away."));
        const { status, setCookie } = await browser.visit("/show");
        assert.deepEqual({ status, setCookie }, { status: 503, setCookie: [] });
        gated.failLoads(undefined);
        assert.equal((await browser.visit("/show")).text, '{"user":"ada"}');
      }));

    it("sends the cookie of a session that has moved with the error of a save that failed", () =>
      play(
        adapter,
        {
          "/login": login,
          "/again": login,
          "/new": async ({ session, answer }) => answer(String((await session()).isNew)),
        },
        async ({ browser, gated }) => {
          await browser.visit("/login");
          const before = browser.cookies.get("session");
          gated.failSaves(new StoreUnavailableError("Redis is away."));
          const { status, setCookie } = await browser.visit("/again");
          assert.equal(status, 503);
          assert.equal(setCookie.length, 1);
          assert.notEqual(browser.cookies.get("session"), before);
          gated.failSaves(undefined);
          assert.equal((await browser.visit("/new")).text, "false");
        },
      ));

    it("answers 500 when the handler throws, and serves the next request", () =>
      play(
        adapter,
        {
          "/": () => {
            throw new Error("a bug");
          },
          "/ping": ping,
        },
        async ({ browser }) => {
          assert.equal((await browser.visit("/")).status, 500);
          assert.equal((await browser.visit("/ping")).text, "pong");
        },
      ));
  });
}
