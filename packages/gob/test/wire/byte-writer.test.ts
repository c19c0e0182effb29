// Gob's primitives: the bytes that Go writes for them, and that they are read back as the same value.
import { describe, expect, it } from "vitest";
import { ByteReader } from "../../src/wire/byte-reader.ts";
import { ByteWriter } from "../../src/wire/byte-writer.ts";
import { floatBits } from "../../src/wire/float-bits.ts";
import { refusal } from "../refusal.ts";

function written(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter();
  write(writer);
  return writer.takeBytes();
}

describe("an unsigned integer", () => {
  it.each([
    [0, "00"],
    [127, "7f"],
    [128, "ff80"],
    [256, "fe0100"],
    [2 ** 32, "fb0100000000"],
    [2 ** 53 - 1, "f91fffffffffffff"],
  ])("%d is written and read as %s", (value, hex) => {
    expect(written((writer) => writer.uint(value)).toString("hex")).toBe(hex);
    expect(written((writer) => writer.uint64(BigInt(value))).toString("hex")).toBe(hex);
    const bytes = Buffer.from(hex, "hex");
    expect(new ByteReader(bytes).uint()).toBe(value);
    expect(new ByteReader(bytes).uint64()).toBe(value);
  });

  it("beyond 2^53 is read as a BigInt", () => {
    const bytes = written((writer) => writer.uint64(2n ** 64n - 1n));
    expect(bytes.toString("hex")).toBe("f8ffffffffffffffff");
    expect(new ByteReader(bytes).uint64()).toBe(2n ** 64n - 1n);
  });
});

describe("a signed integer", () => {
  it.each([
    [0, "00"],
    [-1, "01"],
    [63, "7e"],
    [-64, "7f"],
    [64, "ff80"],
    [-65, "ff81"],
    [2 ** 53 - 1, "f93ffffffffffffe"],
    [2n ** 63n - 1n, "f8fffffffffffffffe"],
    [-(2n ** 63n), "f8ffffffffffffffff"],
  ])("%d is written and read as %s", (value, hex) => {
    expect(written((writer) => writer.int(value)).toString("hex")).toBe(hex);
    expect(new ByteReader(Buffer.from(hex, "hex")).int()).toBe(value);
  });
});

describe("a float", () => {
  it.each([
    [0, "00"],
    [17, "fe3140"],
    [-0, "ff80"],
    [0.1, "f89a9999999999b93f"],
    [Infinity, "fef07f"],
  ])("%d is written and read as %s", (value, hex) => {
    expect(written((writer) => writer.float(floatBits(value))).toString("hex")).toBe(hex);
    expect(new ByteReader(Buffer.from(hex, "hex")).float()).toBe(value);
  });

  it("that is a NaN is read as its bits", () => {
    const bits = 0xfff8_0000_00ab_cdefn;
    expect(new ByteReader(written((writer) => writer.float(bits))).float()).toBe(bits);
  });
});

describe("a string", () => {
  it.each(["", "a", "x".repeat(24), "x".repeat(200), "ключ", "😀", "a\uFFFDb"])(
    "is read as it was written: %j",
    (text) => {
      const reader = new ByteReader(written((writer) => writer.text(text)));
      expect(reader.text(reader.length("a string"))).toBe(text);
    },
  );

  it("is refused with half of a surrogate pair", () => {
    expect(refusal(() => new ByteWriter().text("a\ud83d")).message).toMatch(
      /half of a surrogate pair/,
    );
  });

  it("that is not UTF-8 is not read", () => {
    const reader = new ByteReader(Buffer.from([0x61, 0xff]));
    expect(reader.text(2)).toBeUndefined();
    expect(reader.pos).toBe(0);
  });
});

describe("a key", () => {
  it.each(["", "user", "ключ", "k".repeat(40)])("is the same string each time: %j", (key) => {
    const bytes = Buffer.from(key);
    for (let i = 0; i < 3; i++) expect(new ByteReader(bytes).keyText(bytes.length)).toBe(key);
  });

  it("is not confused with one of the same length, first, middle and last byte", () => {
    for (const key of ["a_c_e", "axcye", "aycxe", "axcye"])
      expect(new ByteReader(Buffer.from(key)).keyText(5)).toBe(key);
  });
});

describe("a length", () => {
  it.each([0, 127, 128, 70_000])(
    "of %d is written before content that is already there",
    (size) => {
      const bytes = written((writer) => {
        const start = writer.leaveLength();
        writer.raw(Buffer.alloc(size, "x"));
        writer.fillLength(start);
        writer.raw(Buffer.from("end"));
      });
      const reader = new ByteReader(bytes);
      expect(reader.length("the content")).toBe(size);
      expect(bytes.subarray(reader.pos).toString()).toBe(`${"x".repeat(size)}end`);
    },
  );
});
