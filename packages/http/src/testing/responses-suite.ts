// Responses of every kind that start a session: each is complete and carries the cookie.
import assert from "node:assert/strict";
import type { TestRunner } from "@redistore/core/testing";
import { once } from "node:events";
import { Readable } from "node:stream";
import { deferred } from "./deferred.ts";
import { withServer } from "./with-server.ts";
import type { SuiteHandler, SuiteAdapter, SuiteData } from "./suite-adapter.ts";

const show: SuiteHandler = ({ data, respond }) => respond(JSON.stringify(data));

const SHARED = "public, max-age=600";

/** Responses that a shared cache may keep: how they are asked for, and what they are. */
const SHARED_RESPONSES: readonly {
  readonly name: string;
  readonly method?: string;
  readonly status?: number;
  readonly body?: () => string | Readable;
}[] = [
  { name: "GET", body: () => "body" },
  { name: "HEAD", method: "HEAD", body: () => "body" },
  { name: "304", status: 304 },
  { name: "a stream", body: () => Readable.from(["bo", "dy"]) },
];

const set: SuiteHandler = ({ data }) => {
  data["seen"] = true;
};

export function responsesSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("a response that starts a session", () => {
    it("keeps the application's own cookies", () =>
      withServer(
        adapter,
        {
          "/": (request) => {
            set(request);
            return request.respond("", { headers: { "set-cookie": ["theme=dark", "lang=de"] } });
          },
        },
        async ({ browser }) => {
          await browser.visit("/");
          assert.deepEqual([...browser.cookies.keys()].toSorted(), ["lang", "session", "theme"]);
        },
      ));

    it("is complete when it is a long stream", () =>
      withServer(
        adapter,
        {
          "/": (request) => {
            set(request);
            return request.respond(
              Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(65_536, "x"))),
            );
          },
          "/show": show,
        },
        async ({ browser }) => {
          const { text, setCookie } = await browser.visit("/");
          assert.equal(text.length, 64 * 65_536);
          assert.equal(setCookie.length, 1);
          assert.equal((await browser.visit("/show")).text, '{"seen":true}');
        },
      ));

    it("stores a change made while it streams", () => {
      const begun = deferred();
      async function* parts(data: SuiteData): AsyncGenerator<string> {
        yield "first ";
        await begun.promise;
        data["late"] = true;
        yield "last";
      }
      return withServer(
        adapter,
        {
          "/": (request) => {
            set(request);
            return request.respond();
          },
          "/stream": ({ data, respond }) => respond(Readable.from(parts(data))),
          "/show": show,
        },
        async ({ browser }) => {
          await browser.visit("/");
          const stream = await browser.open("/stream");
          stream.once("data", begun.resolve);
          await once(stream, "end");
          assert.equal((await browser.visit("/show")).text, '{"seen":true,"late":true}');
        },
      );
    });

    it("sends its headers at once when they are flushed", () =>
      withServer(
        adapter,
        {
          "/": (request) => {
            set(request);
            const res = request.nodeResponse();
            res.setHeader("content-type", "text/event-stream");
            res.flushHeaders();
          },
        },
        async ({ browser }) => {
          const res = await browser.open("/");
          assert.equal(res.headers["content-type"], "text/event-stream");
          assert.equal(browser.cookies.size, 1);
          res.destroy();
        },
      ));

    for (const [name, method, status] of [
      ["a response to HEAD", "HEAD", 200],
      ["204", "GET", 204],
      ["304", "GET", 304],
    ] as const) {
      it(`has a cookie and no body in ${name}`, () =>
        withServer(
          adapter,
          {
            "/": (request) => {
              set(request);
              return request.respond(status === 200 ? "body" : undefined, { status });
            },
          },
          async ({ browser }) => {
            const response = await browser.visit("/", { method });
            assert.equal(response.status, status);
            assert.equal(response.text, "");
            assert.equal(response.setCookie.length, 1);
          },
        ));
    }
  });

  describe("a response that a shared cache may keep", () => {
    for (const { name, method = "GET", status = 200, body } of SHARED_RESPONSES) {
      const share: SuiteHandler = ({ respond }) =>
        respond(body?.(), { status, headers: { "cache-control": SHARED } });
      const handlers: Readonly<Record<string, SuiteHandler>> = {
        "/start": (request) => {
          set(request);
          return request.respond();
        },
        "/changed": (request) => {
          set(request);
          return share(request);
        },
        "/renewed": async (request) => {
          await (await request.session()).touch();
          return share(request);
        },
      };

      it(`is kept by none if it has the cookie of a new session: ${name}`, () =>
        withServer(adapter, handlers, async ({ browser }) => {
          const response = await browser.visit("/changed", { method });
          assert.equal(response.status, status);
          assert.equal(response.headers["cache-control"], "no-store");
          assert.equal(response.setCookie.length, 1);
        }));

      it(`is sent as it is, without a cookie that would only be renewed: ${name}`, () =>
        withServer(adapter, handlers, async ({ browser }) => {
          await browser.visit("/start");
          const response = await browser.visit("/renewed", { method });
          assert.equal(response.status, status);
          assert.equal(response.headers["cache-control"], SHARED);
          assert.deepEqual(response.setCookie, []);
        }));
    }
  });
}
