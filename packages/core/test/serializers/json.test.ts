// The default serializer: the values that it keeps, and those that it refuses with their path.
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { UnserializableValue } from "../../src/serializers/serializer.ts";
import { serializerSuite } from "../../src/testing/serializer-suite.ts";
import { SEED } from "../codec/property-seed.ts";

type Values = Record<string, unknown>;

/** An array whose middle element was never set. */
function withEmptyPlace(): number[] {
  const list = [1];
  list[2] = 3;
  return list;
}

class User {
  name = "Ada";
}
class Secretive {
  readonly #secret = 1;
  reveal(): number {
    return this.#secret;
  }
}

const write = (values: Values): string => jsonSerializer.serialize(values) as string;
const read = (text: string): Values => jsonSerializer.deserialize(Buffer.from(text)) as Values;

function refusal(values: Values): { path: string; reason: string } {
  try {
    write(values);
  } catch (error) {
    if (error instanceof UnserializableValue) return { path: error.path, reason: error.message };
    throw error;
  }
  throw new Error("It was written.");
}

function outcome(bytes: Uint8Array): string {
  try {
    return typeof jsonSerializer.deserialize(bytes);
  } catch (error) {
    return error instanceof Error ? "refused" : "crashed";
  }
}

serializerSuite({ describe, it }, "JSON", jsonSerializer, {
  nested: { list: [1, [2, { a: null }]], object: { b: [] } },
});

describe("the JSON serializer", () => {
  it("reads every JSON value that it wrote", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (values) => {
        expect(read(write(values))).toStrictEqual({ ...values });
      }),
      SEED,
    );
  });

  it("keeps minus zero, as Go does", () => {
    expect(write({ a: -0, b: [0, { c: -0 }], d: "-0" })).toBe('{"a":-0,"b":[0,{"c":-0}],"d":"-0"}');
    expect(read('{"a":-0}')).toStrictEqual({ a: -0 });
  });

  it("reads null as an empty session", () => {
    expect(read("null")).toEqual({});
  });

  it("omits undefined properties, and writes the result of a toJSON", () => {
    const values = { gone: undefined, at: new Date(0), own: { toJSON: () => "mine" } };
    expect(write(values)).toBe('{"at":"1970-01-01T00:00:00.000Z","own":"mine"}');
  });

  it("keeps keys such as __proto__ as data, at every level", () => {
    const text =
      '{"__proto__":{"admin":true},"constructor":1,"a":{"__proto__":{"x":1},"toJSON":2}}';
    const values = read(text);
    expect(Object.keys(values)).toEqual(["__proto__", "constructor", "a"]);
    expect((values["a"] as Values)["x"]).toBeUndefined();
    expect(({} as Values)["admin"]).toBeUndefined();
    expect(write(values)).toBe(text);
  });

  it.each<[string, Values, string, string]>([
    ["a function", { a: { b: [1, () => 1] } }, "a.b[1]", "function"],
    ["a symbol", { a: Symbol("s") }, "a", "symbol"],
    ["a BigInt", { a: { b: 1n } }, "a.b", "bigint"],
    ["NaN", { a: [Number.NaN] }, "a[0]", "NaN"],
    ["an infinity", { a: -Infinity }, "a", "-Infinity"],
    ["an invalid date", { a: { at: new Date(Number.NaN) } }, "a.at", "an invalid Date"],
    ["a Map", { cart: { items: [0, 1, new Map()] } }, "cart.items[2]", "Map"],
    ["a Set", { a: new Set([1]) }, "a", "Set"],
    ["a WeakMap", { a: new WeakMap() }, "a", "WeakMap"],
    ["a promise that was not awaited", { user: Promise.resolve(1) }, "user", "Promise"],
    ["a regular expression", { a: /x/ }, "a", "RegExp"],
    ["an error", { a: new TypeError("x") }, "a", "Error"],
    ["bytes", { a: new Uint8Array(2) }, "a", "Uint8Array"],
    ["a Buffer, although it has a toJSON", { a: Buffer.from("x") }, "a", "Buffer"],
    ["an ArrayBuffer", { a: new ArrayBuffer(2) }, "a", "ArrayBuffer"],
    ["query parameters", { a: new URLSearchParams("q=1") }, "a", "URLSearchParams"],
    ["headers", { a: { b: new Headers() } }, "a.b", "Headers"],
    ["a blob", { a: new Blob(["x"]) }, "a", "Blob"],
    ["an instance of a class", { user: new User() }, "user", "an instance of User"],
    ["an instance with private fields only", { a: [new Secretive()] }, "a[0]", "Secretive"],
    ["an object that inherits", { a: Object.create({ b: 1 }) as object }, "a", "of its own"],
    ["a boxed string", { a: Object("x") as object }, "a", "String"],
    ["a subclass of Array", { a: new (class List extends Array {})() }, "a", "List"],
    ["an empty place in an array", { a: withEmptyPlace() }, "a[1]", "an empty place"],
    ["undefined in an array", { a: { b: [undefined] } }, "a.b[0]", "undefined"],
    [
      "an array with properties",
      { a: [Object.assign([1], { index: 0 })] },
      "a[0]",
      "other properties",
    ],
    [
      "an array with as many properties as empty places",
      { a: Object.assign(withEmptyPlace(), { index: 0 }) },
      "a[1]",
      "an empty place",
    ],
    ["an array with a symbol", { a: Object.assign([1], { [Symbol("s")]: 1 }) }, "a", "array"],
    ["a symbol key", { a: { b: { [Symbol("s")]: 1 } } }, "a.b", "symbols for keys"],
    ["half a surrogate pair", { a: ["x", "cut \ud83d"] }, "a[1]", "half a surrogate pair"],
    ["the other half", { a: "\udc00x" }, "a", "half a surrogate pair"],
    ["half a surrogate pair in a key", { a: { "\ud83d": 1 } }, "a.\ud83d", "a key with half"],
    ["a toJSON that returns a Map", { a: { toJSON: () => new Map() } }, "a", "Map"],
    ["a toJSON that returns a Date", { a: { toJSON: () => new Date(0) } }, "a", "Date"],
    ["a toJSON that returns NaN", { a: { toJSON: () => [Number.NaN] } }, "a[0]", "NaN"],
    ["a toJSON in an array that returns nothing", { a: [{ toJSON() {} }] }, "a[0]", "undefined"],
  ])("refuses %s and names its path", (_, values, path, what) => {
    expect(refusal(values)).toEqual({ path, reason: expect.stringContaining(what) as string });
  });

  it("refuses symbol keys at the top", () => {
    expect(refusal({ a: 1, [Symbol("s")]: 1 }).reason).toContain("symbols for keys");
  });

  it("keeps escapes that look like half a surrogate pair, and whole pairs", () => {
    const values = { a: String.raw`\ud83d`, b: "\u{1F600}", [String.raw`\udc00`]: 1 };
    expect(read(write(values))).toStrictEqual(values);
  });

  it("keeps plain objects and arrays of another realm, as under Jest", () => {
    const values = runInNewContext('({ a: { b: [1, { c: "x" }] } })') as Values;
    expect(values["a"]).not.toBeInstanceOf(Object);
    expect(write(values)).toBe('{"a":{"b":[1,{"c":"x"}]}}');
    const date = runInNewContext("new Date(0)") as Date;
    expect(write({ date })).toBe('{"date":"1970-01-01T00:00:00.000Z"}');
    const user = runInNewContext("class User { name = 1 }; new User()") as object;
    expect(refusal({ user }).reason).toContain("an instance of User");
  });

  it("refuses cycles, and says where they begin", () => {
    const values: Values = { deep: { a: [1] } };
    (values["deep"] as { a: unknown[] }).a.push(values["deep"]);
    const { path, reason } = refusal(values);
    expect(path).toMatch(/^deep\.a\[1\]\.a\[1\]/);
    expect(path.length).toBeLessThan(200);
    expect(reason).toContain("cycle");
  });

  it("refuses nesting over 1000 levels", () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(refusal({ deep }).path).toMatch(/^deep\[0\]/);
  });

  it("keeps objects without a prototype, and instances of classes by their toJSON", () => {
    class Money {
      #cents = 5;
      toJSON = (key: string): object => ({ key, cents: this.#cents });
    }
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(write({ bare, price: new Money(), prices: [new Money()] })).toBe(
      '{"bare":{"a":1},"price":{"key":"price","cents":5},"prices":[{"key":"0","cents":5}]}',
    );
    expect(write({ url: new URL("http://a/b") })).toBe('{"url":"http://a/b"}');
  });

  it("quotes nothing of the stored bytes in its errors", () => {
    for (const text of ['{"token":"s3cret"x}', "s3cret", '{"token":"s3cret', '["s3cret"]']) {
      let error: unknown;
      try {
        read(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("s3cret");
    }
    expect(() => read('{"a":1 "b":2}')).toThrow("it is not valid JSON at position 7");
  });

  it("reads or refuses any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(["object", "refused"]).toContain(outcome(bytes));
      }),
      SEED,
    );
  });
});
