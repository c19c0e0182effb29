// Responses of every kind that start a session: each is complete and carries the cookie.
import assert from "node:assert/strict";
import type { TestRunner } from "@redistore/core/testing";
import { once } from "node:events";
import { Readable } from "node:stream";
import { deferred } from "./deferred.ts";
import { withServer } from "./with-server.ts";
import type { SuiteHandler, SuiteAdapter, SuiteData } from "./suite-adapter.ts";

const show: SuiteHandler = ({ data, respond }) => respond(JSON.stringify(data));
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
}
