// Values that gob cannot carry: refused with the path to them, and nothing about what is in them.
import { describe, expect, it } from "vitest";
import { GobError, GobRegistry, encodeGob, goTime, goValue, gobSerializer } from "../src/index.ts";

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

function errorOf(value: unknown, options = {}): GobError {
  try {
    gobSerializer({ registry, ...options }).serialize({ first: 1, cart: { items: ["a", value] } });
  } catch (error) {
    if (error instanceof GobError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a value that gob cannot carry", () => {
  it.each<[string, unknown, RegExp]>([
    ["a function", () => 1, /a function has no Go type/],
    ["a symbol", Symbol("s"), /a symbol has no Go type/],
    ["a BigInt beyond 64 bits", 2n ** 64n, /a BigInt beyond its range has no Go type/],
    [
      "an instance of a class that is not registered",
      new Cart(),
      /an instance of Cart: register its class/,
    ],
    ["a Set", new Set([1]), /an instance of Set: register its class .*, or store a plain object/],
    ["a promise", Promise.resolve(), /an instance of Promise/],
    ["an invalid Date", new Date(Number.NaN), /time.Time: an invalid Date/],
    ["half of a surrogate pair", "a\ud83d", /half of a surrogate pair/],
    ["half of one in a long string", `${"x".repeat(100)}\ude00`, /half of a surrogate pair/],
    ["NaN where Go has an integer", goValue("int", Number.NaN), /expected int, got NaN/],
    [
      "a fraction where Go has an integer",
      goValue("int64", 1.5),
      /expected int64, got a fraction or infinity/,
    ],
    [
      "an integer out of range",
      goValue("int8", 128),
      /expected int8, got an integer beyond its range/,
    ],
    [
      "a negative where Go has none",
      goValue("uint", -1),
      /expected uint, got an integer beyond its range/,
    ],
    [
      "a BigInt out of range",
      goValue("uint64", -1n),
      /expected uint64, got a BigInt beyond its range/,
    ],
    [
      "a number beyond float32",
      goValue("float32", 1e39),
      /expected float32, got a number beyond its range/,
    ],
    ["a string where Go has a number", goValue("float64", "1"), /expected float64, got a string/],
    ["a number where Go has a string", goValue("string", 1), /expected string, got an integer/],
    ["a number where Go has a boolean", goValue("bool", 1), /expected bool, got an integer/],
    [
      "an object where Go has a complex",
      goValue("complex128", {}),
      /expected complex128, got an instance of Object/,
    ],
    [
      "a type that is not defined",
      goValue("main.Nobody", 1),
      /Go type "main.Nobody" is not defined/,
    ],
    [
      "a type that is not registered",
      goValue("main.Hidden", { A: 1 }),
      /"main.Hidden" is not registered: registry.register/,
    ],
    ["no type at all", goValue("map[", 1), /no Go type: expected a type at character 5/],
    ["a list of the wrong length", goValue("[2]int", [1]), /expected 2 elements, got 1/],
    [
      "a Date for a struct",
      goValue("main.User", new Date()),
      /expected main.User, got an instance of Date/,
    ],
    [
      "a list for a map",
      goValue("map[string]uint8", [1]),
      /expected a Map or a plain object for map\[string\]uint8, got an instance of Array/,
    ],
    [
      "an object for a map with numbers as keys",
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
      "a field that the struct has not",
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
      "a value in a map that does not fit",
      goValue("map[string]uint8", { a: 1, "b c": 256 }),
      '["b c"]',
      /expected uint8/,
    ],
    [
      "a value inside a class that is not registered",
      { deep: [new Cart()] },
      ".deep[0]",
      /an instance of Cart/,
    ],
  ])("is named by its path: %s", (_what, value, path, reason) => {
    const error = errorOf(value);
    expect(error.message).toMatch(reason);
    expect(error.path).toBe(`cart.items[1]${path}`);
  });

  it("is named without what is in it", () => {
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

  it("is not one value in two places", () => {
    const shared = { n: 1 };
    expect(() => gobSerializer().serialize({ a: shared, b: [shared, shared] })).not.toThrow();
  });
});

describe("a value nested deeper than maxDepth", () => {
  it("is refused, also beyond what the stack holds", () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(errorOf(value).message).toMatch(/nested more than 2000 deep/);
    expect(errorOf(value, { limits: { maxDepth: 1_000_000 } }).message).toMatch(
      /nested too deep for what is left of the stack/,
    );
    expect(errorOf([[]], { limits: { maxDepth: 4 } }).path).toBe("cart.items[1][0]");
  });
});

describe("what cannot be a stream's one value", () => {
  it("is nil, or an interface", () => {
    expect(() => encodeGob("*main.User", null, { registry })).toThrow(/a nil \*main.User/);
    expect(() => encodeGob("interface {}", 1)).toThrow(/an interface at the top/);
  });
});

describe("a time that Go cannot write", () => {
  it("is refused when it is made", () => {
    expect(() => goTime({ seconds: 0, offset: -60 })).toThrow(RangeError);
    expect(() => goTime({ seconds: 2n ** 63n })).toThrow(RangeError);
    expect(() => goTime({ seconds: 0, nanoseconds: 1e9 })).toThrow(RangeError);
  });
});
