// One spelling for each value, and it is Go's.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/codec/base64.ts";
import { SEED } from "./property-seed.ts";

describe("base64", () => {
  it.each([
    ["", ""],
    ["\xfb", "-w=="],
    ["\xfb\xff", "-_8="],
    ["\xfb\xff\xfe", "-__-"],
  ])("spells %j as Go's base64.URLEncoding does", (binary, text) => {
    const bytes = Buffer.from(binary, "latin1");
    expect(encodeBase64(bytes)).toBe(text);
    expect(decodeBase64(text)).toEqual(bytes);
  });

  it.each([
    ["padding left out", "-w"],
    ["half of the padding", "-w="],
    ["padding too much", "-__-="],
    ["only padding", "===="],
    ["the standard alphabet", "+/8="],
    ["stray trailing bits", "-x=="],
    ["a line feed", "-_\n8="],
    ["a carriage return at the end", "-_8=\r"],
    ["something behind the padding", "-w==-w=="],
    ["a space", "-_8 "],
    ["a letter outside of ASCII", "-_é="],
    ["a letter whose low byte is in the alphabet", "-_\u01418="],
  ])("refuses %s", (_, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  it("has one spelling for every value", () => {
    const characters = fc.constantFrom("A", "Q", "g", "w", "z", "9", "-", "_", "=", "+", "\n");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 9 }), (list) => {
        const text = list.join("");
        const bytes = decodeBase64(text);
        expect(bytes === undefined || encodeBase64(bytes) === text).toBe(true);
      }),
      { ...SEED, numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeBase64(encodeBase64(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
      SEED,
    );
  });
});
