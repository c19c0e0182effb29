// What the store learns of a request, and what becomes of several cookies of one name.
import type { RediStore } from "@redistore/core";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../src/response/message.ts";
import { RequestSessions } from "../src/request-sessions.ts";
import { mergeCookies } from "../src/response/set-cookie-header.ts";
import { type Data, memoryStore } from "./serve.ts";

async function newCookie(store: RediStore<Data>): Promise<string> {
  const session = store.create();
  session.values["user"] = "ada";
  return (await store.save(session))[0]?.value ?? "";
}

/** The sessions of a request with a stale cookie in front of a good one. */
async function sessionsOf(request: object, headers: object) {
  const store = await memoryStore();
  const [good, ended] = [await newCookie(store), await newCookie(store)];
  await store.destroy(await store.load("session", ended));
  const cookie = `session=${ended}; session=${good}`;
  const req = { socket: {}, headers: { cookie, ...headers }, ...request } as HttpRequest;
  const sessions = new RequestSessions(req);
  return { sessions, session: await sessions.get(store, "session", {}) };
}

const placesOf = (lines: readonly string[]): string[] =>
  lines.map((line) => {
    const [, path, , domain = "-"] = /; Path=([^;]*)(; Domain=([^;]*))?/.exec(line) ?? [];
    return `${line.includes("Max-Age=0") ? "clear" : "set"} ${domain} ${path}`;
  });

describe("where a stale cookie is cleared", () => {
  it.each<[string, object, object, string[]]>([
    [
      "the host and the path of the request",
      { url: "/a?b=/c" },
      { host: "example.com:8080" },
      ["clear example.com /", "clear - /a", "set - /"],
    ],
    [
      "the path before a router was mounted",
      { url: "/", originalUrl: "/a" },
      {},
      ["clear - /a", "set - /"],
    ],
    [
      "the authority of HTTP/2",
      { url: "/" },
      { ":authority": "example.com" },
      ["clear example.com /", "set - /"],
    ],
    ["nothing of a request without a path", { url: "*" }, { host: "example.com" }, ["set - /"]],
    [
      "nothing of a URL for a proxy",
      { url: "http://example.com/a" },
      { host: "example.com" },
      ["set - /"],
    ],
  ])("goes by %s", async (_, request, headers, places) => {
    const { sessions } = await sessionsOf(request, headers);
    await sessions.settle(sessions.due() ?? []);
    expect(placesOf(sessions.cookies.map(String))).toEqual(places);
    expect(sessions.due()).toBeUndefined();
  });
});

describe("the cookies of one session", () => {
  it("stay together and in their order, and all give way to those of a later save", async () => {
    const { sessions, session } = await sessionsOf({ url: "/a" }, { host: "example.com" });
    const places = ["clear example.com /", "clear - /a", "set - /"];
    await sessions.save();
    const first = mergeCookies(["session=own; Path=/", "theme=dark; Path=/"], sessions.cookies);
    expect(placesOf(first)).toEqual(["set - /", ...places]);
    await session.regenerate();
    await sessions.save();
    const second = mergeCookies(first, sessions.cookies);
    expect(placesOf(second)).toEqual(["set - /", ...places]);
    expect(second[0]).toBe("theme=dark; Path=/");
    expect(second.at(-1)).not.toBe(first.at(-1));
    await session.destroy();
    await sessions.save();
    expect(placesOf(mergeCookies(second, sessions.cookies))).toEqual(["set - /", "clear - /"]);
  });
});
