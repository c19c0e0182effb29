// Times in the range and the notation of Go's int64.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTimestamp, subtract, wholeSeconds } from "../../src/codec/timestamp.ts";
import { SEED } from "./property-seed.ts";

describe("parseTimestamp", () => {
  it.each<[string, number | bigint]>([
    ["0", 0],
    ["-0", 0],
    ["+1700000000", 1_700_000_000],
    ["-1", -1],
    ["000000000000000000000000000001700000000", 1_700_000_000],
    ["9223372036854775807", 9_223_372_036_854_775_807n],
    ["-9223372036854775808", -9_223_372_036_854_775_808n],
    ["+09007199254740993", 9_007_199_254_740_993n],
  ])("reads %s as Go's ParseInt does", (text, value) => {
    expect(parseTimestamp(text)).toBe(value);
  });

  it.each([
    "",
    "+",
    "-",
    "+-1",
    " 1",
    "1 ",
    "1\n",
    "1_000",
    "1.0",
    "1e9",
    "0x10",
    "١٧",
    "Infinity",
    "9223372036854775808",
    "-9223372036854775809",
    "99999999999999999999",
  ])("refuses %j as Go's ParseInt does", (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  it("reads every int64 exactly", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(BigInt(parseTimestamp(String(value)) ?? Number.NaN)).toBe(value);
      }),
      SEED,
    );
  });
});

describe("wholeSeconds", () => {
  it("rounds down, before 1970 too", () => {
    expect(wholeSeconds(1.9)).toBe(1);
    expect(wholeSeconds(-0.1)).toBe(-1);
  });

  it("rounds a time outside of int64 to the nearest one inside", () => {
    expect(wholeSeconds(2 ** 63)).toBe(2n ** 63n - 1n);
    expect(wholeSeconds(-(2 ** 64))).toBe(-(2n ** 63n));
    expect(wholeSeconds(2n ** 70n)).toBe(2n ** 63n - 1n);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, "1", undefined])("refuses %s", (now) => {
    expect(() => wholeSeconds(now as number)).toThrow("It has to return Unix seconds");
  });
});

describe("subtract", () => {
  it("is exact also beyond 2^53", () => {
    expect(subtract(2n ** 53n + 3n, 1)).toBe(2n ** 53n + 2n);
    expect(subtract(10, 3)).toBe(7);
  });
});
