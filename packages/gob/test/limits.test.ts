// Streams that are built to be expensive: small ones that claim many values, and deep ones.
import { describe, expect, it } from "vitest";
import { GobRegistry, gobSerializer } from "../src/index.ts";
import {
  bytes,
  define,
  defined,
  inInterface,
  int,
  key,
  session,
  sized,
  text,
  uint,
} from "./bytes/pieces.ts";

const fields = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, i) => [`F${i}`, "int"]);
const registry = new GobRegistry()
  .defineStruct("main.Wide", Object.fromEntries(fields(1000)))
  .register("[]main.Wide")
  .defineStruct("main.Node", { Next: "*main.Node", Kids: "[]main.Node" })
  .register("main.Node")
  .defineStruct("main.Large", { Data: "[1000000]int", N: "int" })
  .register("main.Large");
const read = (data: Uint8Array, options = {}): object =>
  gobSerializer({ registry, ...options }).deserialize(data);
const keep = { unregistered: "keep" } as const;

describe("a count", () => {
  it.each([2 ** 31, 2 ** 53, 2 ** 62])(
    "of %d elements is refused before anything is allocated",
    (count) => {
      const list = defined("[]interface {}", 66, define.slice(66, 8), 0, uint(count), 0, 0);
      expect(() => read(list)).toThrow(/elements, but \d bytes are left/);
      expect(() => read(session(count))).toThrow(/elements, but \d bytes are left/);
      expect(() => read(session(1, key("k"), text("string"), int(6), 2, 0, uint(count)))).toThrow(
        /a string of \d+ bytes/,
      );
      expect(() => read(session(1, key("k"), text("[]uint8"), int(5), 2, 0, uint(count)))).toThrow(
        /a byte slice of \d+ bytes/,
      );
    },
  );

  it("of an array's elements is refused, even if its definition has the same length", () => {
    const many = defined("A", 66, define.array(66, 2, 2 ** 30), 0, uint(2 ** 30), 0);
    expect(() => read(many, keep)).toThrow(/elements, but 1 bytes are left/);
  });
});

describe("zeros that Go leaves out of structs", () => {
  it("are counted: a short list of wide structs is refused", () => {
    const names = fields(1000).map(([name]) => [name, 2] as const);
    const wide = (length: number): Buffer =>
      bytes(
        sized(define.map(65, 8, 8)),
        sized(int(65), 0, 1, key("k"), text("[]main.Wide"), define.slice(67, 66)),
        sized(define.struct(66, "Wide", ...names)),
        sized(
          int(67),
          sized(
            0,
            uint(length),
            Array.from({ length }, () => 0),
          ),
        ),
      );
    expect(read(wide(100))).toMatchObject({ k: { length: 100 } });
    expect(() => read(wide(20_000))).toThrow(
      /too many values for so few bytes, or more than maxValues/,
    );
    expect(() => read(wide(100), { limits: { maxValues: 50_000 } })).toThrow(/too many values/);
  });

  it("are counted: a large array that was not sent is refused", () => {
    const large = defined("main.Large", 66, define.struct(66, "Large", ["N", 2]), 1, int(1), 0);
    expect(() => read(large)).toThrow(/too many values/);
  });

  it("do not multiply in structs inside structs", () => {
    const nested = Array.from({ length: 40 }, (_, i) =>
      sized(define.struct(67 + i, `S${i}`, ["A", 68 + i], ["B", 68 + i])),
    );
    const data = bytes(
      sized(define.map(65, 8, 8)),
      sized(int(65), 0, 1, key("k"), text("S"), define.struct(66, "S", ["A", 67], ["B", 67])),
      ...nested,
      sized(define.struct(107, "S40", ["N", 2])),
      sized(int(66), sized(0)),
    );
    expect(read(data, keep)).toEqual({ k: { A: null, B: null } });
  });
});

describe("nesting", () => {
  // The lengths of the inner lists are zero, which Go ignores.
  const list = bytes(text("[]interface {}"), int(66), 0, 0, 1);
  const lists = (depth: number): Buffer =>
    bytes(
      sized(define.map(65, 8, 8)),
      sized(int(65), 0, 1, key("k"), text("[]interface {}"), define.slice(66, 8)),
      sized(
        int(66),
        0,
        0,
        1,
        Buffer.alloc(list.length * depth, list),
        inInterface("int", 2, int(1)),
      ),
    );

  it("is read up to maxDepth", () => {
    expect(read(lists(1500))).toBeTypeOf("object");
    expect(() => read(lists(2500))).toThrow(/nested more than 2000 deep/);
    expect(() => read(lists(10), { limits: { maxDepth: 5 } })).toThrow(
      /nested more than 5 deep .*at k\[0\]\[0\]\[0\]/,
    );
  });

  it.each<[string, (inner: unknown) => unknown]>([
    ["lists", (inner) => [inner]],
    ["objects", (inner) => ({ inner })],
    ["Maps", (inner) => new Map([["inner", inner]])],
  ])("of %s fits the stack nearly up to the default maxDepth", (_what, wrap) => {
    let value: unknown = 1;
    for (let i = 0; i < 1900; i++) value = wrap(value);
    const written = gobSerializer().serialize({ value }) as Uint8Array;
    expect(read(written)).toBeTypeOf("object");
  });

  it("that exhausts the stack is a GobError", () => {
    expect(() => read(lists(20_000), { limits: { maxDepth: 1_000_000 } })).toThrow(
      /nested too deep for the rest of the stack/,
    );
  });

  it("of type definitions is limited too", () => {
    const chain = Array.from({ length: 3000 }, (_, i) => sized(define.slice(66 + i, 67 + i)));
    const data = bytes(
      sized(define.map(65, 8, 8)),
      sized(int(65), 0, 1, key("k"), text("Deep"), define.slice(5000, 66)),
      ...chain,
      sized(define.slice(3066, 8)),
      sized(int(5000), sized(0, 0)),
    );
    expect(() => read(data, keep)).toThrow(/type definitions nested more than 2000 deep/);
  });
});

describe("a recursive type", () => {
  it("is read as deep as the value is", () => {
    const data = bytes(
      sized(define.map(65, 8, 8)),
      sized(
        int(65),
        0,
        1,
        key("k"),
        text("main.Node"),
        define.struct(66, "Node", ["Next", 66], ["Kids", 67]),
      ),
      sized(define.slice(67, 66)),
      sized(int(66), sized(1, 1, 0, 1, 1, 0, 0, 0)),
    );
    const leaf = { Next: null, Kids: [] };
    expect(read(data)).toEqual({ k: { Next: { Next: leaf, Kids: [leaf] }, Kids: [] } });
  });

  it("without other content is only as large as its bytes", () => {
    expect(read(defined("Self", 66, define.slice(66, 66), 0, [1, 1, 0]), keep)).toEqual({
      k: [[[]]],
    });
    expect(() => read(defined("Self", 66, define.map(66, 6, 66), 0, [1, 1, 0]), keep)).toThrow(
      /bytes/,
    );
  });

  it("that is an array of itself ends with its bytes", () => {
    expect(() =>
      read(
        defined(
          "Self",
          66,
          define.array(66, 66, 3),
          0,
          Array.from({ length: 60 }, () => 3),
        ),
        keep,
      ),
    ).toThrow(/elements, but|bytes end|too many/);
  });
});

describe("maxBytes", () => {
  it("limits the length of a stream", () => {
    expect(() => read(session(0), { limits: { maxBytes: 10 } })).toThrow(
      /\d+ bytes, over the limit of 10 \(maxBytes\)/,
    );
  });
});
