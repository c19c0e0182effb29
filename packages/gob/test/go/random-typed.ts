// Random sessions in typed JSON, of all types that the Go program test/interop/gob knows.
import type { SeededRandom } from "../../../../test/seeded-random.ts";
import { CONTAINERS, KEYS, NAMED, SCALARS, STRUCTS } from "./random-types.ts";
import type { Typed } from "./typed-json.ts";

const STRINGS = [
  "",
  "a",
  "hello world",
  "ключ",
  "😀",
  "a\0b",
  "\ufeffBOM",
  "\u2028",
  "__proto__",
  "constructor",
  "s".repeat(200),
];
const BAD_UTF8 = ["7aCA", "/w==", "YcOo4oI="];
const FLOATS = [0, -0, 1, -1, 0.1, 2.5, 1e21, 1e300, -5e-324, 2 ** 53, Infinity, -Infinity];
const FLOAT32S = [0, -0, 1, -2.5, Math.fround(0.1), 3.4028234663852886e38, Infinity];
const BITS: Readonly<Record<string, bigint>> = { "8": 8n, "16": 16n, "32": 32n };

export interface Shape {
  /** The most entries of a map. With one entry, a value has only one encoding. */
  readonly mapEntries: number;
}

export class RandomTyped {
  readonly #random: SeededRandom;
  readonly #shape: Shape;

  constructor(random: SeededRandom, shape: Shape) {
    this.#random = random;
    this.#shape = shape;
  }

  session(): Typed {
    const keys = this.#distinct(this.#shape.mapEntries, () => this.#key());
    return { t: "map[interface {}]interface {}", kv: keys.map((key) => [key, this.any(4)]) };
  }

  /** An interface value. */
  any(depth: number): Typed {
    const types = depth > 0 ? [...SCALARS, ...CONTAINERS, ...CONTAINERS] : SCALARS;
    const type = this.#random.pick(types);
    if (type === "nil") return { t: "nil" };
    return this.#value(type, depth, true);
  }

  #value(type: string, depth: number, inInterface = false): Typed {
    const random = this.#random;
    const inner = (elem: string): Typed =>
      elem === "interface {}" ? this.any(depth - 1) : this.#value(elem, depth - 1);
    if (type.startsWith("*")) {
      const nil = !inInterface && (depth <= 0 || random.chance(0.3));
      return nil
        ? { t: type, nilPtr: true }
        : { t: type, ptr: this.#value(type.slice(1), depth - 1) };
    }
    if (type === "[]uint8")
      return { t: type, b64: Buffer.from(this.#items(() => random.below(256))).toString("base64") };
    const fields = STRUCTS[type];
    if (fields) {
      const present = Object.entries(fields).filter(() => depth > -3 && random.chance(0.5));
      return {
        t: type,
        fields: Object.fromEntries(present.map(([name, field]) => [name, inner(field)])),
      };
    }
    const under = NAMED[type] ?? type;
    const [, length, elem = ""] = /^\[(\d*)\](.*)$/.exec(under) ?? [];
    if (length === "") return { t: type, items: this.#items(() => this.#element(elem, depth)) };
    if (length)
      return {
        t: type,
        items: Array.from({ length: Number(length) }, () => this.#element(elem, depth)),
      };
    const [, key = "", value = ""] = /^map\[(interface \{\}|[\w.]+)\](.*)$/.exec(under) ?? [];
    if (key) {
      if (!inInterface && random.chance(0.3)) return { t: type, kv: [], nil: true };
      const keys = this.#distinct(this.#shape.mapEntries, () =>
        key === "interface {}" ? this.#key() : this.#value(key, 0),
      );
      return { t: type, kv: keys.map((each) => [each, this.#element(value, depth)]) };
    }
    return this.#scalar(type, under);
  }

  // gob cannot represent nil pointers in lists and maps.
  #element(type: string, depth: number): Typed {
    if (type === "interface {}") return this.any(depth - 1);
    if (type.startsWith("*")) return { t: type, ptr: this.#value(type.slice(1), depth - 1) };
    return this.#value(type, depth - 1);
  }

  #scalar(t: string, under: string): Typed {
    const random = this.#random;
    if (under === "bool") return { t, v: random.chance(0.5) };
    if (under === "string")
      return random.chance(0.05)
        ? { t, b64: random.pick(BAD_UTF8) }
        : { t, v: random.pick(STRINGS) };
    if (under === "float64") return { t, bits: this.#float(FLOATS) };
    if (under === "float32") return { t, bits: this.#float(FLOAT32S) };
    if (under === "complex64") return { t, re: this.#float(FLOAT32S), im: this.#float(FLOAT32S) };
    if (under === "complex128") return { t, re: this.#float(FLOATS), im: this.#float(FLOATS) };
    if (t === "time.Time") return this.#time();
    if (t === "netip.Addr")
      return { t, v: random.pick(["", "192.0.2.1", "2001:0db8:0000:0000:0000:0000:0000:0001"]) };
    if (t === "big.Int") return { t, v: String(this.#integer(200n, true)) };
    const bits = BITS[/\d+$/.exec(under)?.[0] ?? ""] ?? 64n;
    return { t, v: String(this.#integer(bits, !under.startsWith("u"))) };
  }

  #integer(bits: bigint, signed: boolean): bigint {
    const width = BigInt(1 + this.#random.below(Number(bits)));
    let value = 0n;
    for (let i = 0n; i < width; i += 8n) value = (value << 8n) | BigInt(this.#random.below(256));
    return signed ? BigInt.asIntN(Number(width), value) : BigInt.asUintN(Number(width), value);
  }

  #float(values: readonly number[]): string {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(this.#random.pick(values));
    return bytes.toString("hex");
  }

  #time(): Typed {
    const random = this.#random;
    const sec = random.pick([0, -1, 1_700_000_000, -62_135_596_800, 253_402_300_799, -(2 ** 45)]);
    const offset = random.pick([0, 3600, 32_400, -18_000, 34_215]);
    return {
      t: "time.Time",
      sec: String(sec),
      nsec: random.pick([0, 1, 500_000_000, 999_999_999]),
      offset,
      utc: random.chance(0.5),
    };
  }

  /** A key of a map[interface {}]. Most are strings. */
  #key(): Typed {
    const type = this.#random.chance(0.7) ? "string" : this.#random.pick(KEYS);
    return type === "nil" ? { t: "nil" } : this.#value(type, 0);
  }

  #items<Item>(make: () => Item): Item[] {
    return Array.from({ length: this.#random.below(4) }, make);
  }

  // -0 and 0 are the same key, and Go decides which of them stays. Keys with -0 are left out.
  #distinct(most: number, make: () => Typed): Typed[] {
    const keys = new Map<string, Typed>();
    for (let i = this.#random.below(most + 1); i > 0; i--) {
      const key = make();
      const text = JSON.stringify(key);
      if (!text.includes("8000000000000000")) keys.set(text, key);
    }
    return [...keys.values()];
  }
}
