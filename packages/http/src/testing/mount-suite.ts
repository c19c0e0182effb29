// How a middleware is mounted: wrong options are refused there, a failed start is repeated, and a cookie has to fit its requests.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  createStore,
  generateKeys,
  isRedistoreError,
  keysFromStrings,
  StoreUnavailableError,
  withClearSiteData,
  withClock,
  withMaxAge,
  withMemory,
  withRolling,
} from "@redistore/core";
import type { TestRunner } from "@redistore/core/testing";
import type { SessionOptions } from "@redistore/core/web";
import type { SuiteAdapter, SuiteData, SuiteHandler } from "./suite-adapter.ts";
import { withServer } from "./with-server.ts";

const view: SuiteHandler = ({ data, respond }) => {
  data["seen"] = true;
  return respond("seen");
};

const read: SuiteHandler = ({ data, respond }) => respond(JSON.stringify(data["seen"] ?? false));
const readPublic: SuiteHandler = ({ data, respond }) =>
  respond(JSON.stringify(data["seen"] ?? false), {
    headers: { "Cache-Control": "public, max-age=60" },
  });

const logOut: SuiteHandler = async ({ destroy, respond }) => {
  await destroy();
  return respond("out");
};
const logOutWithHeader: SuiteHandler = async ({ destroy, respond }) => {
  await destroy();
  return respond("out", { headers: { "Clear-Site-Data": '"cookies"' } });
};

/** Options as JavaScript may give them, and what the message says of them. */
const WRONG: readonly (readonly [string, object, RegExp])[] = [
  [
    "a misspelt attribute",
    { cookie: { samesite: "lax" } },
    /no option "samesite"\. Did you mean "sameSite"\?/,
  ],
  ["an attribute beside the cookie", { maxAge: 1 }, /\{ cookie: \{ maxAge: \.\.\. \} \}/],
  [
    "a cookie that outlives its signature",
    { cookie: { maxAge: 31 * 86_400 } },
    /maxAge is 2678400 seconds.* Raise withMaxAge/,
  ],
];

/** A cookie that does not fit a request, the paths that are outside of it, and how to mend it. */
const UNFIT: readonly {
  readonly what: string;
  readonly cookie: SessionOptions["cookie"];
  readonly paths: readonly string[];
  readonly fix: RegExp;
}[] = [
  {
    what: "secure: true over plain HTTP",
    cookie: { secure: true },
    paths: ["/"],
    fix: /Set secure to "auto", or tell the adapter to trust your TLS proxy/,
  },
  {
    what: "a path that the request is outside of",
    cookie: { path: "/admin" },
    paths: ["/", "/shop", "/administrator"],
    fix: /Mount the middleware below this path only, or set a wider one/,
  },
];

export function mountSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("a mount", () => {
    for (const [what, options, message] of WRONG) {
      it(`refuses ${what}, and names what was meant`, () =>
        assert.rejects(
          withServer(adapter, {}, async () => {}, { options }),
          (error) =>
            isRedistoreError(error) &&
            error.code === "ERR_REDISTORE_CONFIG" &&
            message.test(error.message),
        ));
    }

    it("with a function responds 503 while the start fails, and works as soon as it succeeds", () => {
      let away = true;
      return withServer(
        adapter,
        { "/": view },
        async ({ browser }) => {
          assert.equal((await browser.visit("/")).status, 503);
          away = false;
          const { status, setCookie } = await browser.visit("/");
          assert.deepEqual([status, setCookie.length], [200, 1]);
        },
        {
          input: (store) => async () => {
            if (away) throw new StoreUnavailableError("Redis is away.");
            return store;
          },
        },
      );
    });

    for (const { what, cookie, paths, fix } of UNFIT) {
      it(`whose cookie has ${what} stores nothing, and warns once`, async () => {
        // A process warns once of each name.
        const name = `session-${randomUUID()}`;
        const warnings: string[] = [];
        const note = ({ message }: Error): void => {
          if (message.includes(name)) warnings.push(message);
        };
        process.on("warning", note);
        try {
          await withServer(
            adapter,
            Object.fromEntries(paths.map((path) => [path, view])),
            async ({ browser, store }) => {
              for (const path of [...paths, ...paths]) {
                const { status, setCookie } = await browser.visit(path);
                assert.deepEqual([status, setCookie], [200, []]);
              }
              assert.equal(await store.count(), 0);
            },
            { options: { name, cookie } },
          );
        } finally {
          process.off("warning", note);
        }
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? "", fix);
      });
    }

    it("keeps a session alive that is used, unless it declines or the response is for shared caches", async () => {
      for (const [rolling, path, isSent] of [
        [undefined, "/read", true],
        [undefined, "/public", false],
        [false, "/read", false],
      ] as const) {
        const clock = { now: 2_000_000_000 };
        const options = [withMemory(), withClock(() => clock.now), withMaxAge(1000), withRolling()];
        const rollingStore = await createStore<SuiteData>(
          keysFromStrings(...generateKeys()),
          options,
        );
        await withServer(
          adapter,
          { "/": view, "/read": read, "/public": readPublic },
          async ({ browser }) => {
            await browser.visit("/");
            clock.now += 500;
            const { text, setCookie } = await browser.visit(path);
            assert.deepEqual([text, setCookie.length], ["true", isSent ? 1 : 0]);
            clock.now += 700;
            assert.equal((await browser.visit("/read")).text, String(isSent));
          },
          { input: () => rollingStore, options: { rolling } },
        );
        await rollingStore.close();
      }
    });

    it("clears what the browser has stored at a logout, if the store has withClearSiteData, and keeps the application's header", async () => {
      const clearing = await createStore<SuiteData>(keysFromStrings(...generateKeys()), [
        withMemory(),
        withClearSiteData("cache", "storage"),
      ]);
      await withServer(
        adapter,
        { "/": view, "/out": logOut, "/own": logOutWithHeader },
        async ({ browser }) => {
          for (const [path, header] of [
            ["/out", '"cache", "storage"'],
            ["/own", '"cookies"'],
            ["/out", undefined],
          ] as const) {
            if (header !== undefined) await browser.visit("/");
            assert.equal((await browser.visit(path)).headers["clear-site-data"], header);
          }
        },
        { input: () => clearing },
      );
      await clearing.close();
    });

    it("whose cookie has the path of the request, or of a folder above it, stores the session", () =>
      withServer(
        adapter,
        { "/admin": view, "/admin/x": view },
        async ({ browser, store }) => {
          for (const path of ["/admin", "/admin/x"]) {
            assert.equal((await browser.clone().visit(path)).setCookie.length, 1);
          }
          assert.equal(await store.count(), 2);
        },
        { options: { cookie: { path: "/admin" } } },
      ));
  });
}
