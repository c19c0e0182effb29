// Cookies that lead to no session, alone and beside one that does, as every adapter has to treat them.
import assert from "node:assert/strict";
import type { Answer, Browser } from "./browser.ts";
import { CookieJar } from "./cookie-jar.ts";
import { play, type Scene } from "./play.ts";
import type { StageHandler, SuiteAdapter, TestRunner } from "./stage.ts";

const HOST = "www.example.com";
const PAGE = "/app/list";

const handlers: Readonly<Record<string, StageHandler>> = {
  "/": ({ data, answer }) => {
    data["views"] = Number(data["views"] ?? 0) + 1;
    return answer(String(data["views"]));
  },
  "/show": async ({ data, session, answer }) =>
    answer(JSON.stringify([data, (await session()).rejected])),
  [PAGE]: ({ data, answer }) => answer(JSON.stringify(data)),
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

/** Visits `path` of a host with a name, with the cookies of `jar`. */
async function visit({ browser }: Scene, jar: CookieJar, path: string): Promise<Answer> {
  const headers = { host: HOST, cookie: jar.header(path) };
  const answer = await browser.visit(path, { headers });
  jar.receive(answer.setCookie);
  return answer;
}

/** Where cookies lie after a change of `path` or `domain` in the options. */
const ELSEWHERE = [
  "Path=/app",
  "Path=/app/list",
  `Path=/; Domain=${HOST}`,
  "Path=/; Domain=example.com",
];

const NOBODYS = "of nobody's making";

const STALE: readonly (readonly [string, (scene: Scene) => string | Promise<string>])[] = [
  [NOBODYS, () => "stale"],
  ["of a session that has ended", endedCookie],
];

export function staleCookiesSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("a stale cookie", () => {
    for (const [what, make] of STALE) {
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
            // What nobody here has signed may belong to another application.
            assert.equal(setCookie.length, what === NOBODYS ? 0 : 1);
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

    for (const elsewhere of ELSEWHERE) {
      it(`of a session that has ended is cleared at ${elsewhere}, and the good one stays`, () =>
        play(adapter, handlers, async (scene) => {
          const stale = await endedCookie(scene);
          const jar = new CookieJar(HOST);
          await visit(scene, jar, "/");
          jar.receive([`session=${stale}; ${elsewhere}`]);
          assert.equal((await visit(scene, jar, PAGE)).text, '{"views":1}');
          assert.equal(jar.header(PAGE).split("; ").length, 1);
          assert.equal(jar.header(PAGE), jar.header("/"));
          assert.deepEqual((await visit(scene, jar, PAGE)).setCookie, []);
          assert.equal((await visit(scene, jar, "/")).text, "2");
        }));

      it(`of a session that has ended gives its place to a good one at ${elsewhere}`, () =>
        play(adapter, handlers, async (scene) => {
          const stale = await endedCookie(scene);
          await scene.browser.visit("/");
          const jar = new CookieJar(HOST);
          jar.receive([`session=${stale}; Path=/`]);
          jar.receive([`session=${cookieOf(scene.browser)}; ${elsewhere}`]);
          assert.equal((await visit(scene, jar, PAGE)).text, '{"views":1}');
          assert.equal(jar.header(PAGE).split("; ").length, 1);
          assert.equal((await visit(scene, jar, "/")).text, "2");
        }));
    }

    it("of a session that has ended is cleared with a change that is stored, and with a login", () =>
      play(adapter, handlers, async (scene) => {
        for (const path of ["/", "/login"]) {
          const stale = await endedCookie(scene);
          const jar = new CookieJar(HOST);
          await visit(scene, jar, "/");
          jar.receive([`session=${stale}; Path=/; Domain=example.com`]);
          assert.equal((await visit(scene, jar, path)).status, 200);
          assert.equal(jar.header("/").split("; ").length, 1);
          assert.deepEqual((await visit(scene, jar, PAGE)).setCookie, []);
        }
      }));

    it("of nobody's making gives way to the first data", () =>
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
