// Session keys that are not strings: the properties that represent them, and that these survive copying and merging.
import { describe, expect, it } from "vitest";
import {
  Complex,
  GobError,
  GobRegistry,
  GoValue,
  encodeGob,
  fromGoKey,
  goKey,
  goTypeOf,
  goValue,
  gobSerializer,
} from "../src/index.ts";

type Values = Record<string, unknown>;

const registry = new GobRegistry()
  .defineType("main.Key", "int")
  .register("main.Key")
  .defineStruct("main.Point", { X: "int", Y: "int" })
  .registerName("geo.Point", "main.Point")
  .defineType("main.Name", "string")
  .registerName("odd:na#me", "main.Name");
const serializer = gobSerializer({ registry, strict: true });

/** A session as Go would write it, with these keys. */
const fromGo = (keys: readonly unknown[]): Values => {
  const map = new Map(keys.map((key, index) => [key, index]));
  return serializer.deserialize(
    encodeGob("map[interface {}]interface {}", map, { registry }),
  ) as Values;
};

const KEYS: readonly (readonly [string, unknown])[] = [
  ["\0int:42", 42],
  ["\0int:-9007199254740993", goValue("int", -9007199254740993n)],
  ["\0int64:42", goValue("int64", 42)],
  ["\0uint64:18446744073709551615", goValue("uint64", 2n ** 64n - 1n)],
  ["\0float64:42", goValue("float64", 42)],
  ["\0float64:2.5", 2.5],
  ["\0float64:-0", goValue("float64", -0)],
  ["\0float64:Infinity", Infinity],
  ["\0float32:0.5", goValue("float32", 0.5)],
  ["\0bool:true", true],
  ["\0nil", null],
  ["\0main.Key:1", goValue("main.Key", 1)],
  ["\0string:\0int:42", "\0int:42"],
];

describe("a key that is not a string", () => {
  it.each(KEYS)("is at the property %j, and is written back unchanged", (property, key) => {
    expect(goKey(key, registry)).toBe(property);
    const values = fromGo([key]);
    expect(values).toStrictEqual({ [property]: 0 });
    expect(serializer.serialize(values)).toEqual(
      encodeGob("map[interface {}]interface {}", new Map([[key, 0]]), { registry }),
    );
    const back = fromGoKey(property, registry);
    expect(goTypeOf(back, registry)).toBe(goTypeOf(key, registry));
    expect(back instanceof GoValue ? back.value : back).toBe(
      key instanceof GoValue ? key.value : key,
    );
  });

  it.each([
    ["a struct", goValue("main.Point", { X: 1, Y: -2 })],
    ["a string that is not UTF-8", goValue("string", new Uint8Array([0xff, 0x61]))],
    ["a complex", goValue("complex128", new Complex(1, -0))],
    ["a NaN with other bits", goValue("float64", new Uint8Array([0xff, 0xf8, 0, 0, 0, 0, 0, 1]))],
    ["a value of a type with a colon and a hash in its name", goValue("main.Name", "a:b#c")],
  ])("is represented by its gob if it has no short text: %s", (_what, key) => {
    const lenient = gobSerializer({ registry });
    const bytes = encodeGob("map[interface {}]interface {}", new Map([[key, 0]]), { registry });
    const property = goKey(key, registry);
    expect(property).toMatch(/^\0#[\w-]+$/);
    const values = lenient.deserialize(bytes) as Values;
    expect(Object.keys(values)).toEqual([property]);
    expect(lenient.serialize(values)).toEqual(bytes);
    const back = fromGoKey(property, registry);
    expect(goTypeOf(back, registry)?.text).toBe(key.type);
    expect(back instanceof GoValue ? back.value : back).toStrictEqual(key.value);
  });

  it("survives copying, merging and deleting properties", () => {
    const values = fromGo([42, "name", true]);
    const copy: Values = Object.create(null) as Values;
    for (const key of Object.keys(values)) copy[key] = values[key];
    delete copy[goKey(true)];
    copy[goKey(43)] = "new";
    const back = serializer.deserialize(serializer.serialize(copy) as Buffer) as Values;
    expect(back).toStrictEqual({ [goKey(42)]: 0, name: 1, [goKey(43)]: "new" });
  });

  it('of an unregistered type survives with unregistered: "keep"', () => {
    const bytes = encodeGob(
      "map[interface {}]interface {}",
      new Map([[goValue("main.Key", 7), "v"]]),
      { registry },
    );
    const keep = gobSerializer({ unregistered: "keep" });
    expect(keep.serialize(keep.deserialize(bytes) as Values)).toEqual(bytes);
  });
});

describe("a string key", () => {
  it.each(["", "name", "int:42", "#", "__proto__"])("represents itself: %j", (key) => {
    expect(goKey(key)).toBe(key);
    expect(fromGoKey(key)).toBe(key);
  });
});

describe("a property that begins with NUL but was not made by goKey", () => {
  it.each([
    "\0",
    "\0int",
    "\0int:",
    "\0int:1.5",
    "\0int:99999999999999999999",
    "\0int8:300",
    "\0bool:maybe",
    "\0unknown:1",
    "\0#",
    "\0#AAAA",
  ])("is refused: %j", (property) => {
    expect(() => fromGoKey(property, registry)).toThrow(GobError);
    expect(() => serializer.serialize({ [property]: 1 })).toThrow(GobError);
  });
});

describe("a value that Go cannot use as a key", () => {
  it.each([[[1]], [{ a: 1 }], [new Map()], [() => 1], [new Uint8Array(2)]])(
    "is refused: %o",
    (key) => {
      expect(() => goKey(key, registry)).toThrow(GobError);
    },
  );
});
