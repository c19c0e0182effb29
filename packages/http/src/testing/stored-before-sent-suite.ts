// No response is sent before its session is stored, and none pretends success if that fails.
import assert from "node:assert/strict";
import type { TestRunner } from "@redistore/core/testing";
import { StoreUnavailableError } from "@redistore/core";
import { withServer } from "./with-server.ts";
import type { SuiteHandler, SuiteAdapter } from "./suite-adapter.ts";

const login: SuiteHandler = async (request) => {
  await request.regenerate();
  request.data["user"] = "ada";
  return request.redirect("/show");
};
const show: SuiteHandler = ({ data, respond }) => respond(JSON.stringify(data));
const ping: SuiteHandler = ({ respond }) => respond("pong");

export function storedBeforeSentSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("stored before sent", () => {
    it("sends the redirect after a login only when the login is stored", () =>
      withServer(
        adapter,
        { "/login": login, "/show": show, "/ping": ping },
        async ({ browser, control }) => {
          const paused = control.pauseSaves();
          let redirected = false;
          const redirect = browser.visit("/login").then((response) => {
            redirected = true;
            return response;
          });
          await paused.begun;
          // Had the redirect been sent, it would have arrived before this response.
          await browser.clone().visit("/ping");
          assert.equal(redirected, false);
          paused.release();
          assert.equal((await redirect).status, 302);
          assert.equal((await browser.visit("/show")).text, '{"user":"ada"}');
        },
      ));

    it("discards the response when the store fails: 503, Retry-After, no cookie", () =>
      withServer(
        adapter,
        {
          "/": ({ data, respond }) => {
            data["order"] = 1;
            return respond("thank you", { status: 201, headers: { etag: '"made-up"' } });
          },
        },
        async ({ browser, control }) => {
          control.failSaves(new StoreUnavailableError("Redis is down."));
          const failed = await browser.visit("/");
          assert.equal(failed.status, 503);
          assert.equal(failed.headers["retry-after"], "1");
          assert.doesNotMatch(failed.text, /thank you/);
          assert.equal(failed.headers.etag, undefined);
          assert.deepEqual(failed.setCookie, []);
          control.failSaves(undefined);
          assert.equal((await browser.visit("/")).text, "thank you");
        },
      ));

    it("sends 503 when the session cannot be loaded, and leaves the cookie alone", () =>
      withServer(adapter, { "/login": login, "/show": show }, async ({ browser, control }) => {
        await browser.visit("/login");
        control.failLoads(new StoreUnavailableError("Redis is down."));
        const { status, setCookie } = await browser.visit("/show");
        assert.deepEqual({ status, setCookie }, { status: 503, setCookie: [] });
        control.failLoads(undefined);
        assert.equal((await browser.visit("/show")).text, '{"user":"ada"}');
      }));

    it("sends the new cookie with the error when a save fails after regenerate", () =>
      withServer(
        adapter,
        {
          "/login": login,
          "/again": login,
          "/new": async ({ session, respond }) => respond(String((await session()).isNew)),
        },
        async ({ browser, control }) => {
          await browser.visit("/login");
          const before = browser.cookies.get("session");
          control.failSaves(new StoreUnavailableError("Redis is down."));
          const { status, setCookie } = await browser.visit("/again");
          assert.equal(status, 503);
          assert.equal(setCookie.length, 1);
          assert.notEqual(browser.cookies.get("session"), before);
          control.failSaves(undefined);
          assert.equal((await browser.visit("/new")).text, "false");
        },
      ));

    it("sends 500 when the handler throws, and serves the next request", () =>
      withServer(
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
