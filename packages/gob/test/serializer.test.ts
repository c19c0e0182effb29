// The Go types that JavaScript values are written as, and the keys of sessions and objects.
import { describe, expect, it } from "vitest";
import { GobRegistry, goTypeAt, goValue, gobSerializer } from "../src/index.ts";

type Values = Record<string, unknown>;

const registry = new GobRegistry()
  .defineStruct("main.User", { Name: "string", Age: "int", Any: "interface{}" })
  .defineType("main.Level", "int")
  .register("main.User")
  .register("main.Level")
  .register("map[string]int64");
const serializer = gobSerializer({ registry });
const strict = gobSerializer({ registry, strict: true });

/** Writes the values and reads them again. */
const through = (values: Values): Values =>
  strict.deserialize(serializer.serialize(values) as Buffer) as Values;
const typesOf = (values: object): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.keys(values).map((key) => [key, goTypeAt(values, key, registry)?.text]),
  );

describe("JavaScript values", () => {
  it.each([
    ["int", 42],
    ["int", -(2 ** 53) + 1],
    ["float64", 2.5],
    ["float64", 2 ** 53],
    ["float64", Infinity],
    ["float64", Number.NaN],
    ["int64", 2n ** 60n],
    ["uint64", 2n ** 64n - 1n],
    ["string", "ключ😀\0"],
    ["bool", true],
    ["bool", false],
    ["interface {}", null],
    ["[]uint8", new Uint8Array([1, 2, 255])],
    ["[]interface {}", [1, "two", [null, { three: 3 }]]],
    ["map[string]interface {}", { a: { b: [1] }, constructor: "c" }],
    [
      "map[interface {}]interface {}",
      new Map<unknown, unknown>([
        [1, "one"],
        ["1", true],
        [false, null],
      ]),
    ],
    ["time.Time", new Date("2023-11-14T22:13:20.123Z")],
    ["time.Time", new Date(-1)],
  ])("are written as %s", (type, value) => {
    const read = through({ value });
    expect(read["value"]).toStrictEqual(value);
    expect(typesOf(read)).toEqual({ value: type });
  });

  it("are the same in a Buffer, a typed array and -0", () => {
    const view = new Int16Array([-1, 300]);
    const read = through({
      zero: -0,
      buffer: Buffer.from("ab"),
      view,
      floats: new Float32Array([0.5]),
      big: new BigUint64Array([7n]),
    });
    expect(read).toEqual({
      zero: 0,
      buffer: new Uint8Array([97, 98]),
      view: [-1, 300],
      floats: [0.5],
      big: [7],
    });
    expect(typesOf(read)).toEqual({
      zero: "int",
      buffer: "[]uint8",
      view: "[]int16",
      floats: "[]float32",
      big: "[]uint64",
    });
  });

  it("that are undefined are left out of objects, and nil in a list", () => {
    expect(
      through({ absent: undefined, list: [undefined, null, 1], inner: { absent: undefined } }),
    ).toStrictEqual({
      list: [null, null, 1],
      inner: {},
    });
  });

  it("have the same bytes each time", () => {
    const values = { a: [{ b: new Date(0) }], c: { d: goValue("main.Level", 1) } };
    expect(serializer.serialize(values)).toEqual(serializer.serialize(values));
  });
});

describe("keys", () => {
  it("are data, even if they are called __proto__ or constructor", () => {
    const values = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": 1, "inner": {"__proto__": 2}}',
    ) as Values;
    const read = through(values);
    expect(Object.keys(read)).toEqual(["__proto__", "constructor", "inner"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(read["inner"], "__proto__")?.value).toBe(2);
    expect((read as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("with the same first, middle and last characters are distinguished", () => {
    const inner = { a_c_e: 1, axcye: 2, aycxe: 3, "": 4, a: 5 };
    for (let i = 0; i < 3; i++) expect(through({ inner })).toStrictEqual({ inner });
  });

  it("that are symbols are left out", () => {
    expect(through({ [Symbol("own")]: 1, a: 1 })).toStrictEqual({ a: 1 });
  });
});
