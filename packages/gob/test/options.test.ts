// Options that do not exist or are invalid are refused when they are given.
import { describe, expect, it } from "vitest";
import { GobRegistry, decodeGob, encodeGob, gobSerializer } from "../src/index.ts";

const given = (options: object): object => options;

describe("an option that does not exist", () => {
  it.each<[string, () => unknown]>([
    ["gobSerializer", () => gobSerializer(given({ strikt: true }))],
    ["encodeGob", () => encodeGob("int", 1, given({ strikt: true }))],
    ["decodeGob", () => decodeGob("int", encodeGob("int", 1), given({ strikt: true }))],
  ])("is refused by %s, which names those that do", (by, run) => {
    expect(run).toThrow(
      `${by} has no option "strikt". Its options are registry, firstId, typeIds, unregistered, strict, limits.`,
    );
  });

  it("is refused among the limits, and by the registry", () => {
    expect(() => gobSerializer({ limits: given({ maxByte: 1 }) })).toThrow(
      'limits has no option "maxByte". Its options are maxBytes, maxDepth, maxValues.',
    );
    const registry = new GobRegistry();
    expect(() => registry.defineStruct("main.A", {}, given({ klass: Date }))).toThrow(
      'defineStruct has no option "klass". Its options are class.',
    );
    expect(() => registry.defineEncoder("main.A", given({ codek: {} }))).toThrow(
      'defineEncoder has no option "codek". Its options are method, codec.',
    );
  });
});

describe("an invalid option", () => {
  it("is refused", () => {
    expect(() => gobSerializer(given({ unregistered: "ignore" }))).toThrow(
      'unregistered must be "error" or "keep"',
    );
    expect(() => new GobRegistry().defineEncoder("main.A", given({ method: "json" }))).toThrow(
      'method must be "gob" or "binary"',
    );
    expect(() => gobSerializer({ firstId: 63 })).toThrow(TypeError);
    expect(() => gobSerializer({ limits: { maxDepth: 0 } })).toThrow(
      /maxDepth must be a whole number above 0/,
    );
    expect(() => gobSerializer({ limits: { maxValues: Number.NaN } })).toThrow(TypeError);
  });
});
