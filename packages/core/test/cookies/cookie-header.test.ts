// Reading the Cookie header.
import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { cookieValues } from "../../src/cookies/cookie-header.ts";

/** The values, by a reader that takes the whole header apart. */
const split = (header: string, name: string): string[] =>
  header.split(";").flatMap((pair) => {
    const equals = pair.indexOf("=");
    if (equals === -1 || pair.slice(0, equals).trim() !== name) return [];
    const value = pair.slice(equals + 1).trim();
    return [/^".*"$/.test(value) && value.length > 1 ? value.slice(1, -1) : value];
  });

describe("cookieValues", () => {
  it.each([
    ["no header", undefined, []],
    ["an empty header", "", []],
    ["another cookie", "theme=dark", []],
    ["the only cookie", "session=abc", ["abc"]],
    ["one among others", "a=1; session=abc; b=2", ["abc"]],
    ["all values of the name, in order", "session=one; a=1; session=two", ["one", "two"]],
    ["no space after the semicolon", "a=1;session=abc;b=2", ["abc"]],
    ["much space", " \t session \t = \t abc \t ;b=2", ["abc"]],
    ["an empty value", "session=; a=1", [""]],
    ["padding, which is equals signs", "session=YWJj==", ["YWJj=="]],
    ["quotes, as Go's net/http takes them off", 'session="abc"', ["abc"]],
    ["one quote, which is part of the value", 'session="', ['"']],
    ["what Express made of the padding", "session=YWJj%3D%3D", ["YWJj=="]],
    ["a percent sign that means nothing", "session=100%", ["100%"]],
  ])("reads %s", (_what, header, values) => {
    expect(cookieValues(header, "session")).toEqual(values);
  });

  it.each([
    ["a longer name before it", "mysession=abc"],
    ["a longer name behind it", "sessions=abc"],
    ["its name as a value", "a=session"],
    ["its name and an equals sign in a value", "a=session=abc"],
    ["another case of it", "Session=abc"],
    ["its name alone", "session"],
    ["its name alone before another cookie", "session; a=1"],
  ])("does not take %s for it", (_what, header) => {
    expect(cookieValues(header, "session")).toEqual([]);
  });

  it("agrees with a reader that splits the whole header, on any header", () => {
    const part = array(constantFrom("s", "x", "=", ";", " ", "\t", '"'), { maxLength: 24 });
    assert(
      property(part, constantFrom("s", "ss", "sx"), (characters, name) => {
        const header = characters.join("");
        expect(cookieValues(header, name)).toEqual(split(header, name));
      }),
    );
  });
});
