// Unknown option names: refused by name, with the nearest known one.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../src/errors.ts";
import { checkOptionNames, unknownOption } from "../src/option-names.ts";
import { withSessionOptions } from "../src/options/store-options.ts";

const KNOWN = ["path", "domain", "maxAge", "sameSite", "httpOnly", "principal"];
const message = (name: string): string => unknownOption("session", name, KNOWN).message;

describe("an unknown option", () => {
  it.each([
    ["samesite", "sameSite"],
    ["SAMESITE", "sameSite"],
    ["sameSit", "sameSite"],
    ["http_only", "httpOnly"],
    ["max-age", "maxAge"],
    ["principle", "principal"],
    ["paths", "path"],
  ])("%s is refused with the proposal %s", (name, proposal) => {
    expect(message(name)).toBe(
      `session has no option "${name}". Did you mean "${proposal}"? Its options are ${KNOWN.join(", ")}.`,
    );
  });

  it.each(["expires", "", "x", "constructor", "__proto__", "a".repeat(1_000_000)])(
    "that resembles none is refused without a proposal",
    (name) => {
      expect(message(name)).toContain(
        `has no option ${JSON.stringify(name)}. Its options are path,`,
      );
    },
  );

  it("is refused without a list where there are many options", () => {
    const many = Array.from({ length: 30 }, (_, index) => `option${index}`);
    expect(unknownOption("x", "optoin7", many).message).toBe(
      'x has no option "optoin7". Did you mean "option7"?',
    );
  });
});

describe("the names of an options object", () => {
  it("are all known, or the first unknown one is refused", () => {
    expect(() => checkOptionNames("session", { path: "/", maxAge: 1 }, KNOWN)).not.toThrow();
    expect(() => checkOptionNames("session", {}, KNOWN)).not.toThrow();
    expect(() => checkOptionNames("session", { path: "/", ttl: 1, x: 2 }, KNOWN)).toThrow(
      ConfigError,
    );
    expect(() => checkOptionNames("session", { path: "/", ttl: 1, x: 2 }, KNOWN)).toThrow('"ttl"');
    expect(() => checkOptionNames("x", JSON.parse('{"__proto__":1}'), KNOWN)).toThrow(
      '"__proto__"',
    );
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    ["lax", "string"],
    [[], "an array"],
    [() => 1, "function"],
  ])("are asked of an object only: %s", (wrong, found) => {
    expect(() => checkOptionNames("session", wrong, KNOWN)).toThrow(
      `session takes an object, not ${found}. Its options are path,`,
    );
  });

  it("are checked for the attributes of a cookie", () => {
    expect(() => withSessionOptions({ samesite: "lax" } as object)).toThrow(
      'withSessionOptions has no option "samesite". Did you mean "sameSite"?',
    );
  });
});
