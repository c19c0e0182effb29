// Comparing values that users and other programs nest as deep as they like.
import { describe, expect, it } from "vitest";
import { equal } from "../../src/changes/equal.ts";

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

const hostile = (): object => ({
  get a(): never {
    throw new TypeError("mine");
  },
});

describe("two values of a session", () => {
  it("are compared by their content", () => {
    expect(equal({ a: [1, new Date(0)] }, { a: [1, new Date(0)] })).toBe(true);
    expect(equal({ a: 1 }, { a: "1" })).toBe(false);
    expect(equal(0, -0)).toBe(false);
  });

  it("count as different where they are nested too deep to tell", () => {
    expect(equal(nested(100), nested(100))).toBe(true);
    expect(equal(nested(100_000), nested(100_000))).toBe(false);
  });

  it("pass on what their own code throws", () => {
    expect(() => equal(hostile(), hostile())).toThrow("mine");
  });
});
