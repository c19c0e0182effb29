// The options of secrecy: the values that each accepts, and the message for others.
import { describe, expect, it } from "vitest";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { ConfigError } from "../../src/errors.ts";
import { collect } from "../../src/options/option.ts";
import { withAudience, withEncryptedValues } from "../../src/options/secrecy-options.ts";

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

describe("withEncryptedValues", () => {
  const keys = keysFromStrings("k".repeat(32));
  const giveKeys = (): typeof keys => keys;

  it.each([{}, { compress: true }, { compress: false }, { keys }, { keys: giveKeys }])(
    "accepts %j",
    (options) => {
      expect(collect([withEncryptedValues(options)]).get("encryptedValues")).toEqual(options);
    },
  );

  it("needs no options", () => {
    expect(collect([withEncryptedValues()]).get("encryptedValues")).toEqual({});
  });

  it.each<[unknown, string]>([
    [null, "takes an object, not null"],
    [true, "takes an object, not boolean"],
    [{ compres: true }, 'no option "compres". Did you mean "compress"?'],
    [{ compress: "gzip" }, "compress is of type string. It takes true or false"],
    [{ keys: "a key of 32 characters, as a text" }, "keys is no list of pairs"],
    [{ keys: [] }, "keys is no list of pairs"],
    [{ keys: [{ authentication: "" }] }, "pair 1 of withEncryptedValues is empty"],
  ])("refuses %j by its name", (options, message) => {
    const make = (): unknown => withEncryptedValues(options as never);
    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
    expect(make).toThrow("withEncryptedValues");
  });
});
