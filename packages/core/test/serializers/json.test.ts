// The default serializer: what it holds, what it refuses and how it says so.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { UnserializableValue } from "../../src/serializers/serializer.ts";
import { serializerSuite } from "../../src/testing/serializer-suite.ts";
import { SEED } from "../codec/property-seed.ts";

type Values = Record<string, unknown>;

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
  it("reads what it writes, whatever JSON can hold", () => {
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

  it("reads a stored null as an empty session", () => {
    expect(read("null")).toEqual({});
  });

  it("leaves out what is undefined, and writes what a toJSON says", () => {
    const values = { gone: undefined, at: new Date(0), own: { toJSON: () => "mine" } };
    expect(write(values)).toBe('{"at":"1970-01-01T00:00:00.000Z","own":"mine"}');
  });

  it("keeps keys that mean something to JavaScript as data, at every level", () => {
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
    ["a date that is none", { a: { at: new Date(Number.NaN) } }, "a.at", "Date"],
    ["a Map", { cart: { items: [0, 1, new Map()] } }, "cart.items[2]", "Map"],
    ["a Set", { a: new Set([1]) }, "a", "Set"],
    ["a WeakMap", { a: new WeakMap() }, "a", "WeakMap"],
    ["a promise that was not awaited", { user: Promise.resolve(1) }, "user", "Promise"],
    ["a regular expression", { a: /x/ }, "a", "RegExp"],
    ["an error", { a: new TypeError("x") }, "a", "Error"],
    ["bytes", { a: new Uint8Array(2) }, "a", "Uint8Array"],
    [
      "a Buffer, which would come back as something else",
      { a: Buffer.from("x") },
      "a",
      "Uint8Array",
    ],
    ["a buffer of bytes", { a: new ArrayBuffer(2) }, "a", "ArrayBuffer"],
  ])("refuses %s and names its path", (_, values, path, what) => {
    expect(refusal(values)).toEqual({ path, reason: expect.stringContaining(what) as string });
  });

  it("refuses cycles, and says where they begin", () => {
    const values: Values = { deep: { a: [1] } };
    (values["deep"] as { a: unknown[] }).a.push(values["deep"]);
    const { path, reason } = refusal(values);
    expect(path).toMatch(/^deep\.a\[1\]\.a\[1\]/);
    expect(path.length).toBeLessThan(200);
    expect(reason).toContain("cycle");
  });

  it("refuses deeper nesting than it can compare later", () => {
    let deep: unknown[] = [];
    for (let level = 0; level < 5_000; level++) deep = [deep];
    expect(refusal({ deep }).path).toMatch(/^deep\[0\]/);
  });

  it("holds values of one's own classes by their fields", () => {
    class User {
      name = "Ada";
    }
    expect(write({ user: new User(), bare: Object.assign(Object.create(null), { a: 1 }) })).toBe(
      '{"user":{"name":"Ada"},"bare":{"a":1}}',
    );
  });

  it("is harmed by no bytes at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(["object", "refused"]).toContain(outcome(bytes));
      }),
      SEED,
    );
  });
});
