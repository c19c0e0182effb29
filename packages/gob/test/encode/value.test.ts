// Values that gob cannot represent: refused with the path to them, and without their data.
import { describe, expect, it } from "vitest";
import { type GobError, GobRegistry, goValue, gobSerializer } from "../../src/index.ts";
import { refusal } from "../refusal.ts";

class Cart {
  items = [1];
}

const registry = new GobRegistry()
  .defineStruct("main.User", { Name: "string", Age: "int", Boss: "*main.User" })
  .register("main.User")
  .defineStruct("main.Hidden", { A: "int" })
  .register("[]*main.User")
  .register("[2]int")
  .register("map[int]string")
  .register("map[string]uint8");

/** The error of writing this value, at `cart.items[1]`. */
function errorOf(value: unknown, options = {}): GobError {
  const values = { first: 1, cart: { items: ["a", value] } };
  return refusal(() => gobSerializer({ registry, ...options }).serialize(values));
}

describe("a value that gob cannot represent", () => {
  it.each<[string, unknown, RegExp]>([
    ["a function", () => 1, /a function has no Go type/],
    ["a symbol", Symbol("s"), /a symbol has no Go type/],
    ["a BigInt beyond 64 bits", 2n ** 64n, /a BigInt out of range has no Go type/],
    ["an instance of an unregistered class", new Cart(), /an instance of Cart: register its class/],
    ["a Set", new Set([1]), /an instance of Set: register its class .*, or store a plain object/],
    ["a promise", Promise.resolve(), /an instance of Promise/],
    ["an invalid Date", new Date(Number.NaN), /time.Time: an invalid Date/],
    ["half of a surrogate pair", "a\ud83d", /half of a surrogate pair/],
    [
      "half of a surrogate pair in a long string",
      `${"x".repeat(100)}\ude00`,
      /half of a surrogate pair/,
    ],
    ["NaN as an integer", goValue("int", Number.NaN), /expected int, got NaN/],
    [
      "a fraction as an integer",
      goValue("int64", 1.5),
      /expected int64, got a fraction or infinity/,
    ],
    ["an integer out of range", goValue("int8", 128), /expected int8, got an integer out of range/],
    [
      "a negative as an unsigned integer",
      goValue("uint", -1),
      /expected uint, got an integer out of range/,
    ],
    ["a BigInt out of range", goValue("uint64", -1n), /expected uint64, got a BigInt out of range/],
    [
      "a number beyond float32",
      goValue("float32", 1e39),
      /expected float32, got a number out of range/,
    ],
    ["a string as a number", goValue("float64", "1"), /expected float64, got a string/],
    ["a number as a string", goValue("string", 1), /expected string, got an integer/],
    ["a number as a boolean", goValue("bool", 1), /expected bool, got an integer/],
    [
      "an object as a complex",
      goValue("complex128", {}),
      /expected complex128, got an instance of Object/,
    ],
    [
      "a type that is not defined",
      goValue("main.Unknown", 1),
      /Go type "main.Unknown" is not defined/,
    ],
    [
      "a type that is not registered",
      goValue("main.Hidden", { A: 1 }),
      /"main.Hidden" is not registered: call registry.register/,
    ],
    [
      "a text that is not a type",
      goValue("map[", 1),
      /not a Go type: expected a type at character 5/,
    ],
    ["a list of the wrong length", goValue("[2]int", [1]), /expected 2 elements, got 1/],
    [
      "a Date as a struct",
      goValue("main.User", new Date()),
      /expected main.User, got an instance of Date/,
    ],
    [
      "a list as a map",
      goValue("map[string]uint8", [1]),
      /expected a Map or a plain object for map\[string\]uint8, got an instance of Array/,
    ],
    [
      "an object as a map with number keys",
      goValue("map[int]string", { 1: "a" }),
      /expected a Map for map\[int\]string/,
    ],
  ])("is refused: %s", (_what, value, reason) => {
    const error = errorOf(value);
    expect(error.message).toMatch(reason);
    expect(error.path).toBe("cart.items[1]");
    expect(error.offset).toBeUndefined();
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      "a field that the struct does not have",
      goValue("main.User", { Name: "A", Agee: 1 }),
      ".Agee",
      /main.User has no such field/,
    ],
    [
      "a field of another type",
      goValue("main.User", { Boss: { Age: "1" } }),
      ".Boss.Age",
      /expected int, got a string/,
    ],
    [
      "nil in a list of pointers",
      goValue("[]*main.User", [{}, null]),
      "[1]",
      /a nil \*main.User in a list or map/,
    ],
    [
      "a value of another type in a map",
      goValue("map[string]uint8", { a: 1, "b c": 256 }),
      '["b c"]',
      /expected uint8/,
    ],
    [
      "an instance of an unregistered class inside another value",
      { deep: [new Cart()] },
      ".deep[0]",
      /an instance of Cart/,
    ],
  ])("is refused with its own path: %s", (_what, value, path, reason) => {
    const error = errorOf(value);
    expect(error.message).toMatch(reason);
    expect(error.path).toBe(`cart.items[1]${path}`);
  });

  it("is refused without its data in the message", () => {
    expect(errorOf(goValue("int", "s3cret")).message).not.toContain("s3cret");
    expect(errorOf(goValue("main.User", { Name: ["s3cret"] })).message).not.toContain("s3cret");
  });
});

describe("a cycle", () => {
  it("is refused where it closes", () => {
    const a: Record<string, unknown> = { n: 1 };
    a["self"] = { list: [a] };
    expect(errorOf(a)).toMatchObject({
      path: "cart.items[1].self.list[0]",
      message: expect.stringContaining("a cycle") as string,
    });
  });

  it("is not the same value in two places", () => {
    const shared = { n: 1 };
    expect(() => gobSerializer().serialize({ a: shared, b: [shared, shared] })).not.toThrow();
  });
});

describe("a value nested deeper than maxDepth", () => {
  it("is refused, even if the stack is too small for it", () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(errorOf(value).message).toMatch(/nested more than 2000 deep/);
    expect(errorOf(value, { limits: { maxDepth: 1_000_000 } }).message).toMatch(
      /nested too deep for the rest of the stack/,
    );
    expect(errorOf([[]], { limits: { maxDepth: 4 } }).path).toBe("cart.items[1][0]");
  });
});
