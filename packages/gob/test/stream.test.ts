// Streams with one value of any type.
import { describe, expect, it } from "vitest";
import { GobRegistry, decodeGob, encodeGob } from "../src/index.ts";

const registry = new GobRegistry().defineStruct("main.User", { Name: "string" });

describe("encodeGob and decodeGob", () => {
  it.each<[string, unknown]>([
    ["[]string", ["a", "b"]],
    ["map[string]int", { a: 1 }],
    ["main.User", { Name: "Ann" }],
    ["*main.User", { Name: "Ann" }],
    ["int64", 5],
    ["string", "text"],
  ])("write and read a %s", (type, value) => {
    expect(decodeGob(type, encodeGob(type, value, { registry }), { registry })).toEqual(value);
  });

  it("read from any Uint8Array, at its offset", () => {
    const bytes = encodeGob("string", "text");
    const padded = new Uint8Array([1, 2, ...bytes, 3]);
    expect(decodeGob("string", padded.subarray(2))).toBe("text");
  });

  it("refuse a nil pointer and an interface as the only value of a stream", () => {
    expect(() => encodeGob("*main.User", null, { registry })).toThrow(/a nil \*main.User/);
    expect(() => encodeGob("interface {}", 1)).toThrow(/an interface at the top/);
  });
});
