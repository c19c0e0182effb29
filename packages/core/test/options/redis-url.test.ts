// Redis URLs: the accepted forms, what they mean, and that no message repeats a part of one.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { parseRedisURL } from "../../src/options/redis-url.ts";

const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

describe("a Redis URL", () => {
  it.each<[string, ReturnType<typeof parseRedisURL>]>([
    ["redis://localhost", { kind: "tcp", host: "localhost", port: 6379, identity: {} }],
    ["redis://localhost/", { kind: "tcp", host: "localhost", port: 6379, identity: {} }],
    ["redis://", { kind: "tcp", host: "localhost", port: 6379, identity: {} }],
    ["redis:///3", { kind: "tcp", host: "localhost", port: 6379, identity: { db: 3 } }],
    ["redis://h:7000/3", { kind: "tcp", host: "h", port: 7000, identity: { db: 3 } }],
    ["redis://h?db=3", { kind: "tcp", host: "h", port: 6379, identity: { db: 3 } }],
    ["redis://[::1]:7000", { kind: "tcp", host: "::1", port: 7000, identity: {} }],
    ["redis://:p@h", { kind: "tcp", host: "h", port: 6379, identity: { password: "p" } }],
    ["redis://p@h", { kind: "tcp", host: "h", port: 6379, identity: { password: "p" } }],
    [
      "redis://u:p%40%2F@h",
      { kind: "tcp", host: "h", port: 6379, identity: { username: "u", password: "p@/" } },
    ],
    ["rediss://h", { kind: "tcp", host: "h", port: 6379, identity: { tls: {} } }],
    ["valkeys://h", { kind: "tcp", host: "h", port: 6379, identity: { tls: {} } }],
    ["REDIS://h", { kind: "tcp", host: "h", port: 6379, identity: {} }],
    ["unix:///run/redis.sock", { kind: "unix", path: "/run/redis.sock", identity: {} }],
    [
      "unix://u:p@/run/redis.sock?db=1",
      { kind: "unix", path: "/run/redis.sock", identity: { username: "u", password: "p", db: 1 } },
    ],
    [
      "redis+unix:///run/my%20redis.sock",
      { kind: "unix", path: "/run/my redis.sock", identity: {} },
    ],
    [
      "redis-socket:///run/redis.sock?database=1",
      { kind: "unix", path: "/run/redis.sock", identity: { db: 1 } },
    ],
    ["/run/redis.sock", { kind: "unix", path: "/run/redis.sock" }],
  ])("%s", (url, expected) => {
    expect(parseRedisURL(url)).toEqual(expected);
  });

  it.each<[unknown, RegExp]>([
    [undefined, /undefined: is the environment variable set/],
    ["", /does not recognize the URL/],
    ["localhost:6379", /does not recognize the URL/],
    ["http://localhost", /does not recognize the URL/],
    ["redis://h:port", /does not recognize the URL/],
    ["redis://h/first", /number of a database/],
    ["redis://h/-1", /number of a database/],
    ["redis://h/1?db=2", /two databases/],
    ["redis://h?family=0", /remove the parameter "family"/],
    ["redis://h?tls=true", /unknown parameter/],
    ["redis://:%@h", /two hex digits/],
    ["unix://run/redis.sock", /three slashes/],
  ])("%s is refused", (url, message) => {
    expect(() => parseRedisURL(url)).toThrow(ConfigError);
    expect(() => parseRedisURL(url)).toThrow(message);
  });

  it("decodes any percent-encoded password", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (password) => {
        const connection = parseRedisURL(`redis://user:${encodeURIComponent(password)}@host`);
        expect(connection).toMatchObject({
          host: "host",
          identity: { username: "user", password },
        });
      }),
      seed,
    );
  });

  it("never shows a part of an unencoded password in an error", () => {
    const separators = fc.string({
      unit: fc.constantFrom("/", "?", "#", "@", ":", "%", "=", "&", "[", "x"),
    });
    fc.assert(
      fc.property(separators, separators, (before, after) => {
        let message = "";
        try {
          parseRedisURL(`redis://:${before}geheim${after}@host/0`);
        } catch (error) {
          message = (error as Error).message;
        }
        expect(message).not.toContain("geheim");
      }),
      { numRuns: 500, ...seed },
    );
  });
});
