// Adding session cookies to the Set-Cookie header of the application.
import { describe, expect, it } from "vitest";
import { mergeSetCookies } from "../../src/cookies/set-cookie.ts";

const cookie = (name: string, value: string) =>
  ({
    name,
    value,
    options: {} as never,
    isRenewal: false,
    toString: () => `${name}=${value}; Path=/`,
  }) as const;

describe("mergeSetCookies", () => {
  it.each([
    ["nothing", [], ["session=new; Path=/"]],
    ["one line", ["theme=dark"], ["theme=dark", "session=new; Path=/"]],
    ["several lines", ["a=1", "b=2"], ["a=1", "b=2", "session=new; Path=/"]],
    ["a line of its own name", ["session=old", "a=1"], ["a=1", "session=new; Path=/"]],
    ["a name that begins the same", ["session2=x"], ["session2=x", "session=new; Path=/"]],
    ["a value that looks like it", ["a=session=x"], ["a=session=x", "session=new; Path=/"]],
  ])("appends to %s", (_what, present, merged) => {
    expect(mergeSetCookies(present, [cookie("session", "new")])).toEqual(merged);
  });

  it("changes nothing when it is done twice", () => {
    const cookies = [cookie("session", "new"), cookie("admin", "new")];
    const once = mergeSetCookies(["a=1"], cookies);
    expect(mergeSetCookies(once, cookies)).toEqual(once);
  });
});
