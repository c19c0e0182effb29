// Values of Go that a plain JavaScript value would change are read without loss, and written back unchanged.
import { describe, expect, it } from "vitest";
import {
  Complex,
  GobRegistry,
  GoValue,
  decodeGob,
  encodeGob,
  goTypeAt,
  goTypeOf,
  goValue,
  gobSerializer,
} from "../src/index.ts";

type Values = Record<string, unknown>;

const serializer = gobSerializer();
const through = (values: Values): Values =>
  serializer.deserialize(serializer.serialize(values) as Buffer) as Values;
const bits = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

describe("a string that is not UTF-8", () => {
  const broken = goValue("string", new Uint8Array([0x61, 0xff]));

  it("is read as its bytes in a GoValue", () => {
    expect(through({ s: broken })).toStrictEqual({
      s: new GoValue(goTypeOf("") ?? "", new Uint8Array([0x61, 0xff])),
    });
    expect(serializer.serialize(through({ s: broken, list: [broken] }))).toEqual(
      serializer.serialize({ s: broken, list: [broken] }),
    );
  });

  it("as a key makes its map a Map", () => {
    const map = new Map<unknown, unknown>([
      ["a", goValue("int64", 1)],
      [broken, 2],
      ["c", 3],
    ]);
    const bytes = encodeGob("map[string]interface {}", map);
    const read = decodeGob("map[string]interface {}", bytes) as Map<unknown, unknown>;
    expect([...read.values()]).toEqual([1, 2, 3]);
    expect([...read.keys()]).toEqual(["a", expect.any(GoValue), "c"]);
    expect(goTypeAt(read, "a")?.text).toBe("int64");
    expect(serializer.serialize(through({ map: goValue("map[string]interface {}", map) }))).toEqual(
      serializer.serialize({ map: goValue("map[string]interface {}", map) }),
    );
  });

  it("is not confused with a string that contains a replacement character", () => {
    expect(through({ s: "a\uFFFDb", long: "\uFFFD".repeat(50) })).toStrictEqual({
      s: "a\uFFFDb",
      long: "\uFFFD".repeat(50),
    });
  });
});

describe("a NaN", () => {
  it("of Go's is read as NaN, both as float64 and as float32", () => {
    const read = through({ a: Number.NaN, b: goValue("float32", Number.NaN) });
    expect(read).toEqual({ a: Number.NaN, b: Number.NaN });
    expect(goTypeAt(read, "b")?.text).toBe("float32");
    expect(
      Buffer.from(serializer.serialize({ a: Number.NaN }) as Buffer).toString("hex"),
    ).toContain("f8010000000000f87f");
  });

  it("with other bits is read as its eight bytes in a GoValue, also in a list of floats", () => {
    const odd = bits("fff8000000abcdef");
    const read = through({
      a: goValue("float64", odd),
      list: goValue("[]float64", [1, goValue("float64", odd)]),
    });
    expect((read["a"] as GoValue).value).toStrictEqual(odd);
    expect(read["list"]).toStrictEqual([1, new GoValue(goTypeOf(1.5) ?? "", odd)]);
    expect(serializer.serialize(read)).toEqual(serializer.serialize(through(read)));
  });

  it("loses the same bits in a float32 as in Go", () => {
    const bytes = Buffer.from(
      serializer.serialize({ a: goValue("float64", bits("fff8000000abcdef")) }) as Buffer,
    );
    const as32 = Buffer.from(bytes.toString("latin1").replace("float64", "float32"), "latin1");
    const read = serializer.deserialize(as32) as { a: GoValue };
    expect(Buffer.from(read.a.value as Uint8Array).toString("hex")).toBe("fff8000000000000");
  });
});

describe("a complex", () => {
  it("keeps both parts and their bits", () => {
    const odd = Complex.fromBits(0xfff8_0000_00ab_cdefn, 0x8000_0000_0000_0000n);
    const read = through({
      z: new Complex(1, -2.5),
      odd,
      small: goValue("complex64", new Complex(0.5, 3)),
    });
    expect(read["z"]).toMatchObject({ re: 1, im: -2.5 });
    expect((read["odd"] as Complex).bits).toEqual(odd.bits);
    expect(goTypeAt(read, "small")?.text).toBe("complex64");
    expect(() => serializer.serialize({ z: goValue("complex64", new Complex(1e39, 0)) })).toThrow(
      /out of range/,
    );
  });
});

describe("a GoValue", () => {
  it("can be calculated with and printed as its value", () => {
    expect((goValue("int64", 41) as unknown as number) + 1).toBe(42);
    expect(JSON.stringify({ a: goValue("float32", 0.5), b: goValue("uint64", 2n ** 63n) })).toBe(
      '{"a":0.5,"b":"9223372036854775808"}',
    );
  });
});

describe("an empty value with a type in a struct", () => {
  it("is sent in an interface field, which would be nil otherwise", () => {
    const registry = new GobRegistry().defineStruct("main.Box", {
      Any: "interface{}",
      Tags: "[]string",
    });
    const box = { Any: goValue("[]string", null), Tags: null };
    const read = decodeGob("main.Box", encodeGob("main.Box", box, { registry }), { registry });
    expect(read).toStrictEqual({ Any: [], Tags: [] });
  });
});

describe("a Map", () => {
  it("distinguishes keys of different Go types that are equal in JavaScript", () => {
    const map = new Map<unknown, unknown>([
      [1, "int"],
      [goValue("int64", 1), "int64"],
      [2.5, "float64"],
      [null, "nil"],
    ]);
    const read = through({ map })["map"] as Map<unknown, unknown>;
    expect([...read.keys()]).toEqual([1, expect.objectContaining({ value: 1 }), 2.5, null]);
    expect(serializer.serialize({ map: read })).toEqual(serializer.serialize({ map }));
  });
});
