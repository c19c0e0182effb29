// The structured serializer: all values that Node can clone, and hostile bytes.
import { serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { structuredSerializer } from "../../src/serializers/structured.ts";
import { serializerSuite } from "../../src/testing/serializer-suite.ts";
import { SeededRandom } from "../../../../test/seeded-random.ts";

type Values = Record<string, unknown>;

const write = (values: Values): Uint8Array => structuredSerializer.serialize(values) as Uint8Array;
const read = (bytes: Uint8Array): Values => structuredSerializer.deserialize(bytes) as Values;

const RICH: Values = {
  date: new Date(1_700_000_000_123),
  map: new Map<unknown, unknown>([
    ["a", new Set([1, 2])],
    [{ key: true }, null],
  ]),
  big: 2n ** 80n,
  bytes: new Uint8Array([0, 255]),
  buffer: Buffer.from("text"),
  floats: new Float64Array([1.5, Number.NaN]),
  pattern: /x+/giu,
  odd: [undefined, Number.NaN, -0, Infinity],
  error: new RangeError("x"),
};

function isRefused(bytes: Uint8Array): boolean {
  try {
    read(bytes);
    return false;
  } catch (error) {
    if (error instanceof Error) return true;
    throw error;
  }
}

serializerSuite({ describe, it }, "structured", structuredSerializer, { rich: RICH });

describe("the structured serializer", () => {
  it("keeps dates, maps, sets, big integers and bytes", () => {
    expect(read(write(RICH))).toStrictEqual(RICH);
  });

  it("keeps cycles and shared objects", () => {
    const cart: Values = { items: [] };
    cart["self"] = cart;
    const values = read(write({ cart, same: cart }));
    expect((values["cart"] as Values)["self"]).toBe(values["cart"]);
    expect(values["same"]).toBe(values["cart"]);
  });

  it("returns bytes that share no memory with the stored bytes", () => {
    const stored = Buffer.from(write({ bytes: new Uint8Array([1, 2, 3]) }));
    const before = Buffer.from(stored);
    (read(stored)["bytes"] as Uint8Array).fill(9);
    expect(stored).toEqual(before);
  });

  it("reads values without a prototype", () => {
    const values = Object.assign(Object.create(null) as Values, { a: 1 });
    expect(read(write(values))).toEqual({ a: 1 });
  });

  it("keeps keys such as __proto__ as data", () => {
    const values = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as Values;
    const back = read(write(values));
    expect(Object.keys(back)).toEqual(["__proto__", "constructor"]);
    expect(back["admin"]).toBeUndefined();
  });

  it.each([
    ["a function", { a: () => 1 }],
    ["a symbol", { a: Symbol("s") }],
    ["a promise", { a: Promise.resolve() }],
    ["a weak map", { a: new WeakMap() }],
  ])("refuses %s", (_, values) => {
    expect(() => write(values)).toThrow(/could not be cloned/);
  });

  it.each([
    ["a list", [1]],
    ["a map", new Map()],
    ["a date", new Date(0)],
    ["null", null],
    ["text", "text"],
    ["undefined", undefined],
  ])("refuses %s in place of a session", (_, value) => {
    expect(() => read(serialize(value))).toThrow("plain object");
  });

  it("reads or refuses any bytes", () => {
    const random = new SeededRandom("hostile structured bytes");
    const whole = write(RICH);
    let refused = 0;
    for (let run = 0; run < 20_000; run++) {
      const bytes = Uint8Array.from(whole.subarray(0, 1 + random.below(whole.length)));
      for (let changes = random.below(6); changes > 0; changes--) {
        bytes[2 + random.below(Math.max(1, bytes.length - 2))] = random.below(256);
      }
      if (isRefused(bytes)) refused++;
    }
    expect(refused).toBeGreaterThan(10_000);
  });
});
