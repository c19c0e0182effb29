// Answers of every kind with a new session: each goes out whole, and with its cookie.
import assert from "node:assert/strict";
import { once } from "node:events";
import { Readable } from "node:stream";
import { deferred } from "./deferred.ts";
import { play } from "./play.ts";
import type { StageHandler, SuiteAdapter, SuiteData, TestRunner } from "./stage.ts";

const show: StageHandler = ({ data, answer }) => answer(JSON.stringify(data));
const set: StageHandler = ({ data }) => {
  data["seen"] = true;
};

export function answersSuite({ describe, it }: TestRunner, adapter: SuiteAdapter): void {
  describe("an answer with a new session", () => {
    it("leaves other cookies in the header", () =>
      play(
        adapter,
        {
          "/": (stage) => {
            set(stage);
            return stage.answer("", { headers: { "set-cookie": ["theme=dark", "lang=de"] } });
          },
        },
        async ({ browser }) => {
          await browser.visit("/");
          assert.deepEqual([...browser.cookies.keys()].toSorted(), ["lang", "session", "theme"]);
        },
      ));

    it("is whole when it is a long stream", () =>
      play(
        adapter,
        {
          "/": (stage) => {
            set(stage);
            return stage.answer(
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

    it("keeps what was changed in the middle of a stream", () => {
      const begun = deferred();
      async function* parts(data: SuiteData): AsyncGenerator<string> {
        yield "first ";
        await begun.promise;
        data["late"] = true;
        yield "last";
      }
      return play(
        adapter,
        {
          "/": (stage) => {
            set(stage);
            return stage.answer();
          },
          "/stream": ({ data, answer }) => answer(Readable.from(parts(data))),
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

    it("reaches the client at once when headers are flushed", () =>
      play(
        adapter,
        {
          "/": (stage) => {
            set(stage);
            const res = stage.raw();
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
      ["an answer to HEAD", "HEAD", 200],
      ["204", "GET", 204],
      ["304", "GET", 304],
    ] as const) {
      it(`has a cookie and no body in ${name}`, () =>
        play(
          adapter,
          {
            "/": (stage) => {
              set(stage);
              return stage.answer(status === 200 ? "body" : undefined, { status });
            },
          },
          async ({ browser }) => {
            const answer = await browser.visit("/", { method });
            assert.equal(answer.status, status);
            assert.equal(answer.text, "");
            assert.equal(answer.setCookie.length, 1);
          },
        ));
    }
  });
}
