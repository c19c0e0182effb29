// The options of secrecy: the values that each accepts, and the message for others.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { collect } from "../../src/options/option.ts";
import { withAudience } from "../../src/options/secrecy-options.ts";

describe("withAudience", () => {
  it.each(["a", "admin", "shop/eu|1", "a".repeat(256), "!~"])("accepts %j", (name) => {
    expect(collect([withAudience(name)]).get("audience")).toBe(name);
  });

  it.each<unknown>([
    "",
    " ",
    "a b",
    "a\n",
    "a\0",
    "\u007f",
    "ä",
    "a".repeat(257),
    1,
    null,
    undefined,
    {},
  ])("refuses %j by its name", (name) => {
    const make = (): unknown => withAudience(name as string);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow("withAudience");
  });
});
