// Where the clearing cookies go: never where the good one would be lost by them.
import { assert, boolean, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_COOKIE_OPTIONS, type CookieOptions } from "../../src/options/cookie-options.ts";
import type { SaveContext } from "../../src/session/redi-store.ts";
import { clearingCookie } from "../../src/cookies/set-cookie.ts";
import { otherPlaces } from "../../src/cookies/stale-places.ts";

const BEHIND = { behind: true, foreign: false };
const BEFORE = { behind: false, foreign: false };

const places = (
  own: CookieOptions,
  context: SaveContext,
  { stale = BEHIND, name = "session" } = {},
): string[] =>
  otherPlaces(name, { ...DEFAULT_COOKIE_OPTIONS, ...own }, stale, context).map(
    ({ path, domain = "-" }) => `${domain} ${path}`,
  );

describe("the places of stale cookies", () => {
  it.each<[string, CookieOptions, SaveContext, string[]]>([
    ["a single label has no domain", {}, { host: "localhost:3000", path: "/" }, []],
    ["an IPv4 address has none", {}, { host: "127.0.0.1", path: "/a" }, ["- /a"]],
    ["an IPv6 address has none", {}, { host: "[::1]:80", path: "/a" }, ["- /a"]],
    [
      "the host and its parents down to two labels",
      {},
      { host: "a.b.example.com:8080", path: "/" },
      ["a.b.example.com /", "b.example.com /", "example.com /"],
    ],
    [
      "every path above the request's but its own, longest first",
      {},
      { path: "/a/b/c?d=/e" },
      ["- /a/b/c", "- /a/b", "- /a", "- /a/b/", "- /a/"],
    ],
    [
      "with a domain: without it at its own path; both at the others",
      { domain: ".example.com" },
      { host: "WWW.example.com", path: "/a" },
      ["- /", ".example.com /a", "- /a"],
    ],
    [
      "shorter paths than its own too",
      { path: "/a" },
      { path: "/a/b" },
      ["- /a/b", "- /", "- /a/"],
    ],
    [
      "nothing of a request whose path it would not be sent to",
      { path: "/a" },
      { path: "/ab" },
      [],
    ],
    [
      "nothing of a host that could not set it",
      { domain: "example.com" },
      { host: "badexample.com", path: "/a" },
      [],
    ],
    ["nothing without a path", {}, { host: "www.example.com" }, []],
    ["nothing of a target that is no path", {}, { host: "www.example.com", path: "*" }, []],
    [
      "no path that would end the attribute, but those above it",
      {},
      { path: "/a/b;c/d" },
      ["- /a", "- /a/"],
    ],
    [
      "no more than eight",
      {},
      { host: "www.example.com", path: "/1/2/3/4/5/6/7/8/9" },
      [
        "www.example.com /",
        "example.com /",
        "- /1/2/3/4/5/6/7/8/9",
        "- /1/2/3/4/5/6/7/8",
        "- /1/2/3/4/5/6/7",
        "- /1/2/3/4/5/6",
        "- /1/2/3/4/5",
        "- /1/2/3/4",
      ],
    ],
    ["no path that no cookie has", {}, { path: `/a/${"b".repeat(200)}` }, ["- /a", "- /a/"]],
  ])("are: %s", (_, own, context, expected) => {
    expect(places(own, context)).toEqual(expected);
  });

  it("are no shorter paths than its own where all stale ones came before the good one", () => {
    // Longer paths come first: the good one may be that of the rest of the site.
    const context = { path: "/admin/users" };
    expect(places({ path: "/admin" }, context, { stale: BEFORE })).toEqual([
      "- /admin/users",
      "- /admin/",
    ]);
  });

  it.each(["__Host-session", "__host-session"])("are none for %s, which has but one", (name) => {
    const context = { host: "www.example.com", path: "/a" };
    expect(places({}, context, { name })).toEqual([]);
    expect(places({}, context, { name: "__Secure-session" })).not.toEqual([]);
  });

  it("are none where another application's cookie came", () => {
    const stale = { behind: true, foreign: true };
    expect(places({}, { host: "www.example.com", path: "/a" }, { stale })).toEqual([]);
  });

  it("are a few short ones and never its own, whatever a client sends", () => {
    const part = constantFrom(
      "/",
      "a",
      ".",
      ";",
      "\r\n",
      "\u0000",
      "é",
      "b.c",
      ":1",
      "?",
      " ",
      ",",
    );
    const text = string({ unit: part, maxLength: 400 });
    assert(
      property(text, text, boolean(), (host, path, behind) => {
        const own = { ...DEFAULT_COOKIE_OPTIONS, maxAge: 60 };
        const stale = { behind, foreign: false };
        const found = otherPlaces("session", own, stale, { host, path: `/${path}` });
        expect(found.length).toBeLessThanOrEqual(8);
        for (const place of found) {
          const line = String(clearingCookie("session", place, { secure: true, now: 1 }));
          expect(line).toMatch(
            /^session=; Path=\/[!-:<-~]{0,99}(; Domain=[a-z.]+)?; Expires=[^;]+; Max-Age=0; HttpOnly; Secure; SameSite=Lax$/,
          );
          expect([place.path, place.domain]).not.toEqual(["/", undefined]);
        }
      }),
    );
  });
});
