// Collecting options: skipped, flattened, refused if set twice, and named if they are not options.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { withMemory, withURL } from "../../src/options/connection-options.ts";
import { collect, type OptionalStoreOption, type StoreOption } from "../../src/options/option.ts";
import { withDefaultMaxAge } from "../../src/options/lifetime-options.ts";
import {
  withCookieName,
  withMaxAge,
  withPath,
  withSessionOptions,
} from "../../src/options/store-options.ts";

describe("options", () => {
  it("are skipped if they are false, null or undefined", () => {
    const settings = collect([false, withPath("/a"), null, undefined]);
    expect(settings.get("path")).toBe("/a");
    expect(settings.setBy("path")).toBe("withPath");
    expect(settings.get("maxAge")).toBeUndefined();
    expect(settings.setBy("maxAge")).toBeUndefined();
  });

  it("are flattened if they are in arrays", () => {
    const settings = collect([
      [withPath("/a"), [false, [withMaxAge(60)]]],
      [],
      withCookieName("sid"),
    ]);
    expect([settings.get("path"), settings.get("maxAge")]).toEqual(["/a", 60]);
    expect(settings.get("cookieName")).toBe("sid");
    expect(() => collect([[withPath("/a")], [[withPath("/b")]]])).toThrow(
      /"path".*Keep one of them/,
    );
    expect(() => collect([[withPath("/a"), 42 as unknown as StoreOption]])).toThrow(
      "Option 2 is number",
    );
  });

  it.each<[string, readonly StoreOption[], readonly string[]]>([
    ["an option twice", [withPath("/a"), withPath("/a")], ['"path"', "withPath"]],
    [
      "an attribute by two options",
      [withPath("/a"), withSessionOptions({ path: "/b" })],
      ['"path"', "withPath", "withSessionOptions"],
    ],
    [
      "maxAge by two options",
      [withSessionOptions({ maxAge: 60 }), withMaxAge(60)],
      ['"maxAge"', "withMaxAge", "withSessionOptions"],
    ],
    ["two connections", [withMemory(), withURL("redis://localhost")], ["withMemory", "withURL"]],
  ])("that set the same are refused by name: %s", (_, options, words) => {
    expect(() => collect(options)).toThrow(ConfigError);
    for (const word of words) expect(() => collect(options)).toThrow(word);
    expect(() => collect(options)).toThrow("Keep one of them");
  });

  it("may set different attributes", () => {
    const settings = collect([
      withSessionOptions({ path: "/a" }),
      withSessionOptions({ sameSite: "strict" }),
      withCookieName("sid"),
      withDefaultMaxAge(60),
    ]);
    expect([settings.get("path"), settings.get("sameSite")]).toEqual(["/a", "strict"]);
    expect([settings.get("cookieName"), settings.get("defaultMaxAge")]).toEqual(["sid", 60]);
  });

  it.each<[unknown, string]>([
    [42, "number"],
    ["redis://localhost", "string"],
    [{ path: "/" }, "object"],
    [true, "boolean"],
    [Promise.resolve(), "object"],
  ])("are named with their position if they are not options: %j", (wrong, type) => {
    const options = [withPath("/"), wrong as OptionalStoreOption];
    expect(() => collect(options)).toThrow(`Option 2 is ${type}`);
    expect(() => collect(options)).toThrow(ConfigError);
  });

  it("are not the functions that make them, uncalled", () => {
    const wrong = withMemory as unknown as StoreOption;
    expect(() => collect([wrong])).toThrow(
      "Option 1 is the function withMemory itself. Call it, and pass the result.",
    );
    expect(() => collect([wrong])).toThrow(ConfigError);
    const [nameless] = [() => withMemory()] as unknown as [StoreOption];
    expect(() => collect([nameless])).toThrow(
      "Option 1 is the function that makes an option itself",
    );
  });
});
