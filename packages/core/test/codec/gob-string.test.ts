// The gob message of a string: Go's bytes, and the same refusals as Go's.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeGobString, encodeGobString } from "../../src/codec/gob-string.ts";
import { SEED } from "./property-seed.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("the gob of a string", () => {
  it.each([
    ["", "03 0c 00 00"],
    ["ABC", "06 0c 00 03 41 42 43"],
    ["é", "05 0c 00 02 c3 a9"],
  ])("is Go's for %j", (text, hex) => {
    expect(encodeGobString(Buffer.from(text))).toEqual(bytes(hex));
    expect(decodeGobString(bytes(hex))).toBe(text);
  });

  it.each([
    [124, "7f 0c 00 7c"],
    [125, "ff 80 0c 00 7d"],
    [128, "ff 84 0c 00 ff 80"],
    [256, "fe 01 05 0c 00 fe 01 00"],
    [70_000, "fd 01 11 76 0c 00 fd 01 11 70"],
  ])("encodes the length %i in the fewest bytes", (length, hex) => {
    const gob = encodeGobString(Buffer.alloc(length, "x"));
    expect(gob.subarray(0, -length)).toEqual(bytes(hex));
    expect(decodeGobString(gob)).toBe("x".repeat(length));
  });

  it.each([
    ["ABC", "ff 06 0c 00 03 41 42 43", "a length in a longer form"],
    ["ABC", "f8 00 00 00 00 00 00 00 06 0c 00 03 41 42 43", "a length of eight bytes"],
    ["ABC", "08 ff 0c ff 00 03 41 42 43", "a type and a delta in longer forms"],
    ["AB", "06 0c 00 02 41 42 43", "a string that ends before the message"],
    ["ABC", "06 0c 00 03 41 42 43 ff ff", "bytes after the message"],
  ])("decodes %s from %s, as Go does: %s", (text, hex) => {
    expect(decodeGobString(bytes(hex))).toBe(text);
  });

  it.each([
    ["", "nothing"],
    ["00", "an empty message"],
    ["06 0c 00 03 41 42", "a message cut short"],
    ["05 0c 00 03 41 42 43", "a string longer than its message"],
    ["02 0c 00", "no length"],
    ["01 0c", "no delta"],
    ["01 0c 00 00", "a delta and a length after the message"],
    ["02 0c 00 00", "a length after the message"],
    ["02 0c ff 00 03 41 42 43", "a delta that reaches beyond the message"],
    ["06 0c 01 03 41 42 43", "a delta that is not zero"],
    ["06 0a 00 03 41 42 43", "bytes in place of a string"],
    ["03 04 00 0a", "an int"],
    ["07 ff 82 00 03 41 42 43", "a type of its own"],
    ["06 0d 00 03 41 42 43", "a type definition"],
    ["f7 00 00 00 00 00 00 00 00 06 0c 00 03 41 42 43", "a length of nine bytes"],
    ["80 06", "a length of 128 bytes"],
    ["fc 7f ff ff ff 0c 00 03 41 42 43", "a message of 2 GB"],
    ["0d 0c 00 f8 ff ff ff ff ff ff ff ff 41 42", "a string of 2^64 bytes"],
    ["fe 06", "a length that is cut short"],
    ["04 0c 00 01 c3", "text that is not UTF-8"],
    ["06 0c 00 03 ed a0 80", "half a surrogate pair"],
  ])("refuses %s: %s", (hex) => {
    expect(decodeGobString(bytes(hex))).toBeUndefined();
  });

  it("never throws, and decodes every text that it encoded", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (noise) => {
        decodeGobString(Buffer.from(noise));
      }),
      { ...SEED, numRuns: 5000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(decodeGobString(encodeGobString(Buffer.from(text)))).toBe(text);
      }),
      SEED,
    );
  });
});
