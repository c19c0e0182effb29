// Mistakes that Node would refuse are refused at the call while the response is buffered.
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { codeOf, type Handler, scene } from "../serve.ts";

/** Changes its session, tries `act`, and responds with the code of the error. */
const tries = (act: (res: ServerResponse) => unknown): Handler =>
  function tryIt(_req, res, { values }) {
    values["seen"] = true;
    res.end(String(codeOf(() => act(res))));
  };

describe("a call that Node would refuse", () => {
  it.each<[string, (res: ServerResponse) => unknown, string]>([
    ["a status below 100", (res) => res.writeHead(99), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["a status above 999", (res) => res.writeHead(1000), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["no status at all", (res) => res.writeHead(Number.NaN), "ERR_HTTP_INVALID_STATUS_CODE"],
    ["a bad field name", (res) => res.writeHead(200, { "a b": "1" }), "ERR_INVALID_HTTP_TOKEN"],
    ["a bad field value", (res) => res.writeHead(200, { a: "\n" }), "ERR_INVALID_CHAR"],
    [
      "a field without a value",
      (res) => res.writeHead(200, ["a"] as never),
      "ERR_INVALID_ARG_VALUE",
    ],
    ["a chunk that is a number", (res) => res.write(5), "ERR_INVALID_ARG_TYPE"],
    ["no chunk", (res) => res.write(null), "ERR_STREAM_NULL_VALUES"],
    ["a last chunk that is an object", (res) => res.end({} as never), "ERR_INVALID_ARG_TYPE"],
  ])("is refused at the call if the response is buffered: %s", async (_what, act, code) => {
    const { browser, errors } = await scene(tries(act));
    const { status, text, setCookie } = await browser.visit("/");
    expect({ status, text, cookies: setCookie.length }).toEqual({
      status: 200,
      text: code,
      cookies: 1,
    });
    expect(errors).toEqual([]);
  });

  it("does not count as the first byte if the session is unchanged", async () => {
    const { browser } = await scene((_req, res, { values }) => {
      expect(() => res.writeHead(99)).toThrow("99");
      // Not too late for a new session.
      values["seen"] = true;
      res.end("body");
    });
    const { text, setCookie } = await browser.visit("/");
    expect([text, setCookie.length]).toEqual(["body", 1]);
  });

  it("is refused at the call for its reason phrase, and again in the response that keeps it", async () => {
    const { browser, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      expect(() => res.writeHead(200, "a\nb")).toThrow("statusMessage");
      res.end("body");
    });
    const { status, text } = await browser.visit("/");
    expect([status, text]).toEqual([500, "Internal Server Error"]);
    expect((errors[0] as NodeJS.ErrnoException).code).toBe("ERR_INVALID_CHAR");
  });

  it("destroys the connection if the mistake is in the body", async () => {
    const { browser, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.writeHead(200, { "content-length": 3 });
      res.strictContentLength = true;
      res.end("four");
    });
    await expect(browser.visit("/")).rejects.toThrow(/hang up|reset/);
    expect((errors[0] as NodeJS.ErrnoException).code).toBe("ERR_HTTP_CONTENT_LENGTH_MISMATCH");
  });
});
