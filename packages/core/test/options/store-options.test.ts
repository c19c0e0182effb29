// The options of sessions, cookies and records: the values that each accepts, and the message for others.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { collect, type SettingValues, type StoreOption } from "../../src/options/option.ts";
import { withAnonymousMaxAge, withDefaultMaxAge } from "../../src/options/lifetime-options.ts";
import {
  withClock,
  withConcurrency,
  withCookieName,
  withKeyPrefix,
  withMaxAge,
  withMaxLength,
  withMaxReadLength,
  withOperationTimeout,
  withPath,
  withSerializer,
  withSessionOptions,
} from "../../src/options/store-options.ts";
import { jsonSerializer } from "../../src/serializers/json.ts";

type Make = (value: never) => StoreOption;

const DAY = 86_400;
const now = (): number => 0;
const noSerializer = { serialize: () => "" };

describe("options of the store", () => {
  it.each<[string, Make, keyof SettingValues, readonly unknown[]]>([
    ["withMaxLength", withMaxLength, "maxLength", [0, 1, 4096, 512 * 1024 * 1024]],
    ["withMaxReadLength", withMaxReadLength, "maxReadLength", [0, 1, 4096, 512 * 1024 * 1024]],
    ["withKeyPrefix", withKeyPrefix, "keyPrefix", ["", "session_", "sess:"]],
    ["withDefaultMaxAge", withDefaultMaxAge, "defaultMaxAge", [1, 1200, 400 * DAY]],
    ["withAnonymousMaxAge", withAnonymousMaxAge, "anonymousMaxAge", [1, 1200, 400 * DAY]],
    ["withMaxAge", withMaxAge, "maxAge", [0, 1, 30 * DAY, 400 * DAY]],
    ["withOperationTimeout", withOperationTimeout, "operationTimeout", [0.01, 1, 60]],
    ["withSerializer", withSerializer, "serializer", [jsonSerializer]],
    ["withPath", withPath, "path", ["/", "/app", "/a b"]],
    ["withCookieName", withCookieName, "cookieName", ["sid", "__Host-a.b", "!#$%&'*+-.^_`|~"]],
    ["withConcurrency", withConcurrency, "concurrency", ["merge", "fail", "overwrite"]],
    ["withClock", withClock, "now", [now]],
  ])("%s accepts its values", (_, option, name, values) => {
    for (const value of values) expect(collect([option(value as never)]).get(name)).toBe(value);
  });

  it.each<[string, Make, readonly unknown[]]>([
    ["withMaxLength", withMaxLength, [-1, 1.5, Number.NaN, Infinity, "4096", 2 ** 30, undefined]],
    ["withMaxReadLength", withMaxReadLength, [-1, 1.5, Number.NaN, "4096", 2 ** 30, 1n, null]],
    ["withKeyPrefix", withKeyPrefix, [1, null, undefined, {}]],
    ["withDefaultMaxAge", withDefaultMaxAge, [0, -1, 0.5, Number.NaN, "60", undefined]],
    ["withAnonymousMaxAge", withAnonymousMaxAge, [0, -1, 0.5, Number.NaN, "60", undefined]],
    ["withMaxAge", withMaxAge, [-1, 1.5, Number.NaN, Infinity, "60", null, 10n]],
    ["withOperationTimeout", withOperationTimeout, [0, 0.001, 61, 1000, -1, Number.NaN, "1"]],
    ["withSerializer", withSerializer, [undefined, null, {}, noSerializer, "json"]],
    ["withSessionOptions", withSessionOptions, [undefined, null, "strict", 1]],
    ["withPath", withPath, ["", "app", "/a;b", "/ä", "/a\n", 1, undefined]],
    ["cookie name", withCookieName, ["", "a b", "a=b", "a;b", "ä", "a\n", 1, undefined]],
    ["withConcurrency", withConcurrency, ["", "lock", undefined, null]],
    ["withClock", withClock, [undefined, 1, new Date(0)]],
  ])("%s refuses other values by its name", (name, option, values) => {
    for (const value of values) {
      expect(() => option(value as never)).toThrow(ConfigError);
      expect(() => option(value as never)).toThrow(name);
    }
  });

  it.each<[string, () => StoreOption]>([
    ["withMaxAge", () => withMaxAge(2_592_000_000)],
    ["withDefaultMaxAge", () => withDefaultMaxAge(2_592_000_000)],
    ["withSessionOptions: maxAge", () => withSessionOptions({ maxAge: 2_592_000_000 })],
  ])("%s proposes milliseconds above 400 days, and converts them", (name, make) => {
    expect(make).toThrow(name);
    expect(make).toThrow("over 400 days. Did you mean milliseconds? They would be 2592000 seconds");
  });

  it("withCookieName refuses a name that leaves no room for the value in 4096 bytes", () => {
    expect(collect([withCookieName("n".repeat(3840))]).get("cookieName")).toHaveLength(3840);
    expect(() => withCookieName("n".repeat(3841))).toThrow(
      "The cookie name is a string of 3841 characters. It takes 3840 at most",
    );
  });

  it("withOperationTimeout proposes milliseconds above 60", () => {
    expect(() => withOperationTimeout(1000)).toThrow("Did you mean milliseconds?");
  });
});

describe("withSessionOptions", () => {
  it("sets the given attributes only", () => {
    const settings = collect([
      withSessionOptions({ sameSite: false, secure: true, domain: undefined, maxAge: 0 }),
    ]);
    expect(settings.get("sameSite")).toBe(false);
    expect(settings.get("secure")).toBe(true);
    expect(settings.get("maxAge")).toBe(0);
    expect(settings.setBy("domain")).toBeUndefined();
    expect(settings.setBy("path")).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ["path", ""],
    ["path", "app"],
    ["domain", "https://example.com"],
    ["domain", "example.com:3000"],
    ["domain", "example.com/app"],
    ["domain", ""],
    ["domain", null],
    ["maxAge", undefined],
    ["maxAge", -1],
    ["secure", 1n],
    ["path", Symbol("p")],
    ["priority", Object.create(null)],
    ["secure", "yes"],
    ["secure", 1],
    ["httpOnly", "true"],
    ["sameSite", "Lax"],
    ["sameSite", true],
    ["partitioned", "auto"],
    ["priority", "urgent"],
    ["expires", new Date(0)],
    ["constructor", 1],
    ["__proto__x", 1],
  ])("refuses the value of %s in case %#", (name, value) => {
    const make = (): StoreOption => withSessionOptions({ [name]: value });
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(name);
    expect(make).toThrow("withSessionOptions");
  });

  it.each(["example.com", ".example.com", "localhost", "a.b-c.example", "127.0.0.1"])(
    "accepts the domain %s",
    (domain) => {
      expect(collect([withSessionOptions({ domain })]).get("domain")).toBe(domain);
    },
  );

  it("does not change if its argument is changed later", () => {
    const options = { path: "/a" };
    const option = withSessionOptions(options);
    options.path = "bad; Domain=evil";
    expect(collect([option]).get("path")).toBe("/a");
  });
});
