// Requests of one session at the same time, as every adapter has to bear them: no write is lost, no logout undone.
import assert from "node:assert/strict";
import { deferred } from "./deferred.ts";
import { play } from "./play.ts";
import type { SuiteAdapter, TestRunner } from "./stage.ts";

const WRITERS = 200;
const SLOW = 40;

/** Lets nobody pass before `size` have come. */
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
  describe("requests of one session at the same time", () => {
    it(`keeps the writes of ${WRITERS} of them`, () => {
      const loaded = barrier(WRITERS);
      return play(
        adapter,
        {
          "/start": ({ data, answer }) => {
            data["started"] = true;
            return answer();
          },
          "/write": async ({ req, data, answer }) => {
            loaded.arrive();
            await loaded.all;
            data[String(req.headers["x-key"])] = true;
            return answer();
          },
          "/count": ({ data, answer }) => answer(String(Object.keys(data).length)),
        },
        async ({ browser }) => {
          await browser.visit("/start");
          const answers = await times(WRITERS, (each) =>
            browser.visit("/write", { headers: { "x-key": `key${each}` } }),
          );
          assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
          assert.equal((await browser.visit("/count")).text, String(WRITERS + 1));
        },
      );
    });

    it(`brings no session back when ${SLOW} of them end after the logout`, () => {
      const arrived = barrier(SLOW);
      const loggedOut = deferred();
      return play(
        adapter,
        {
          "/login": async (stage) => {
            await stage.regenerate();
            stage.data["user"] = "ada";
            return stage.answer();
          },
          "/slow": async ({ req, data, answer }) => {
            arrived.arrive();
            await loggedOut.promise;
            data[String(req.headers["x-key"])] = true;
            return answer("done");
          },
          "/logout": async ({ destroy, answer }) => {
            await destroy();
            return answer();
          },
          "/show": ({ data, answer }) => answer(JSON.stringify(data)),
        },
        async ({ browser, store }) => {
          await browser.visit("/login");
          const slow = browser.clone();
          const slowAnswers = times(SLOW, (each) =>
            slow.visit("/slow", { headers: { "x-key": `key${each}` } }),
          );
          await arrived.all;
          await browser.visit("/logout");
          loggedOut.resolve();
          for (const { status, setCookie } of await slowAnswers) {
            // A cookie would replace the one of a newer login.
            assert.deepEqual({ status, setCookie }, { status: 409, setCookie: [] });
          }
          assert.equal(await store.count(), 0);
          assert.equal((await slow.visit("/show")).text, "{}");
        },
      );
    });
  });
}
