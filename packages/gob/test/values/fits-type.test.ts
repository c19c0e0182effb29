// Which values fit a Go type. A key that is set to one keeps its type.
import { describe, expect, it } from "vitest";
import { Complex, GobRegistry, goValue } from "../../src/index.ts";
import { fitsType } from "../../src/values/fits-type.ts";

class User {
  Name = "";
}

const registry = new GobRegistry()
  .defineStruct(
    "main.User",
    { Name: "string", Age: "int", Next: "*main.User", At: "time.Time", Any: "interface{}" },
    { class: User },
  )
  .defineEncoder("main.Id", { codec: { decode: String, encode: () => new Uint8Array() } })
  .defineEncoder("main.Raw");
const cyclic: Record<string, unknown> = {};
cyclic["Next"] = cyclic;

describe("a value fits its type", () => {
  it.each<[string, unknown]>([
    ["bool", false],
    ["string", ""],
    ["int8", -128],
    ["uint64", 2n ** 64n - 1n],
    ["float64", Number.NaN],
    ["float32", 0.1],
    ["float32", Infinity],
    ["complex64", new Complex(1, 2)],
    ["[]byte", new Uint8Array(3)],
    ["[2]byte", new Uint8Array(2)],
    ["[2]byte", [1, 2]],
    ["[]int", []],
    ["[]interface {}", [1, "a", () => 1]],
    ["[2]string", ["a", "b"]],
    ["map[string]int", { a: 1 }],
    ["map[string]int", new Map([["a", 1]])],
    ["map[int]string", new Map([[1, "a"]])],
    ["main.User", { Name: "Ann", Age: undefined, Next: null }],
    ["main.User", { Next: { Next: { Age: 1 } }, At: new Date(), Any: Symbol.iterator }],
    ["main.User", new User()],
    ["main.User", Object.create(null)],
    ["*main.User", null],
    ["[]*main.User", [{ Name: "Ann" }]],
    ["[]int", [goValue("int", 1)]],
    ["[]main.Id", ["any"]],
    ["main.Raw", new Uint8Array(1)],
  ])("%s: %o", (type, value) => {
    expect(fitsType(registry.type(type), value)).toBe(true);
  });
});

describe("a value does not fit another type", () => {
  it.each<[string, unknown]>([
    ["bool", 0],
    ["string", null],
    ["int8", 128],
    ["int", 1.5],
    ["int", 2 ** 60],
    ["uint", -1],
    ["float64", 1n],
    ["float32", 1e39],
    ["complex128", { re: 1, im: 2 }],
    ["[]byte", [1, 2]],
    ["[2]byte", new Uint8Array(3)],
    ["[]int", [1, "a"]],
    ["[]int", { length: 0 }],
    ["[2]string", ["a"]],
    ["map[string]int", { a: "b" }],
    ["map[string]int", [1]],
    ["map[int]string", { 1: "a" }],
    ["map[int]string", new Map([["1", "a"]])],
    ["main.User", { Other: 1 }],
    ["main.User", { Age: "1" }],
    ["main.User", { At: "now" }],
    ["main.User", new Date()],
    ["main.User", []],
    ["main.User", null],
    ["main.User", cyclic],
    ["main.Raw", "bytes"],
  ])("%s: %o", (type, value) => {
    expect(fitsType(registry.type(type), value)).toBe(false);
  });
});
