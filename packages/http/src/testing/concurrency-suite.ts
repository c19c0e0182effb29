// Concurrent requests of one session: no write is lost and no logout is undone.
import assert from "node:assert/strict";
import type { TestRunner } from "@redistore/core/testing";
import { deferred } from "./deferred.ts";
import { withServer } from "./with-server.ts";
import type { SuiteAdapter } from "./suite-adapter.ts";

const WRITERS = 200;
const SLOW = 40;

/** `all` resolves after `size` calls of `arrive`. */
function barrier(size: number): { readonly all: Promise<void>; arrive(this: void): void } {
  const { promise, resolve } = deferred();
  let missing = size;
  return {
    all: promise,
    arrive: () => {
      if (--missing === 0) resolve();
    },
  };
}

const times = <Result>(count: number, act: (each: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, each) => act(each)));

export function concurrencySuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("concurrent requests of one session", () => {
    it(`all keep their writes (${WRITERS} requests)`, () => {
      const loaded = barrier(WRITERS);
      return withServer(
        adapter,
        {
          "/start": ({ data, respond }) => {
            data["started"] = true;
            return respond();
          },
          "/write": async ({ req, data, respond }) => {
            loaded.arrive();
            await loaded.all;
            data[String(req.headers["x-key"])] = true;
            return respond();
          },
          "/count": ({ data, respond }) => respond(String(Object.keys(data).length)),
        },
        async ({ browser }) => {
          await browser.visit("/start");
          const responses = await times(WRITERS, (each) =>
            browser.visit("/write", { headers: { "x-key": `key${each}` } }),
          );
          assert.deepEqual([...new Set(responses.map(({ status }) => status))], [200]);
          assert.equal((await browser.visit("/count")).text, String(WRITERS + 1));
        },
      );
    });

    it(`store nothing after a logout (${SLOW} requests)`, () => {
      const arrived = barrier(SLOW);
      const loggedOut = deferred();
      return withServer(
        adapter,
        {
          "/login": async (request) => {
            await request.regenerate();
            request.data["user"] = "ada";
            return request.respond();
          },
          "/slow": async ({ req, data, respond }) => {
            arrived.arrive();
            await loggedOut.promise;
            data[String(req.headers["x-key"])] = true;
            return respond("done");
          },
          "/logout": async ({ destroy, respond }) => {
            await destroy();
            return respond();
          },
          "/show": ({ data, respond }) => respond(JSON.stringify(data)),
        },
        async ({ browser, store }) => {
          await browser.visit("/login");
          const slow = browser.clone();
          const slowResponses = times(SLOW, (each) =>
            slow.visit("/slow", { headers: { "x-key": `key${each}` } }),
          );
          await arrived.all;
          await browser.visit("/logout");
          loggedOut.resolve();
          for (const { status, setCookie } of await slowResponses) {
            // A cookie could replace the one of a newer login.
            assert.deepEqual({ status, setCookie }, { status: 409, setCookie: [] });
          }
          assert.equal(await store.count(), 0);
          assert.equal((await slow.visit("/show")).text, "{}");
        },
      );
    });

    it("log out twice, as after a double click: both responses are 200", () => {
      const arrived = barrier(2);
      return withServer(
        adapter,
        {
          "/login": async (request) => {
            await request.regenerate();
            request.data["user"] = "ada";
            return request.respond();
          },
          "/logout": async ({ destroy, respond }) => {
            arrived.arrive();
            await arrived.all;
            await destroy();
            return respond("bye");
          },
        },
        async ({ browser, store }) => {
          await browser.visit("/login");
          const responses = await times(2, () => browser.clone().visit("/logout"));
          assert.deepEqual(
            responses.map(({ status, text }) => [status, text]),
            [
              [200, "bye"],
              [200, "bye"],
            ],
          );
          assert.equal(await store.count(), 0);
        },
      );
    });
  });
}
