// Streams that are not a session: refused with the reason and the offset. What strict refuses in addition.
import { describe, expect, it } from "vitest";
import { gobSerializer } from "../../src/index.ts";
import {
  type Piece,
  bytes,
  define,
  inInterface,
  int,
  key,
  session,
  sized,
  text,
} from "../bytes/pieces.ts";
import { refusal } from "../refusal.ts";

const message = (...pieces: readonly Piece[]): Buffer => bytes(sized(...pieces));

/** The message of strict for bytes that are accepted without it. */
const strictMessage = (data: Uint8Array): string => {
  gobSerializer().deserialize(data);
  return refusal(() => gobSerializer({ strict: true }).deserialize(data)).message;
};

describe("a stream", () => {
  it.each<[string, Uint8Array, RegExp, number]>([
    ["is empty", bytes(), /bytes end where an integer was expected/, 0],
    [
      "has a message shorter than its length",
      bytes(5, 0),
      /a message of 5 bytes, but 1 are left/,
      0,
    ],
    ["begins with an integer wider than 8 bytes", bytes(0xf7), /more than 8 bytes/, 0],
    [
      "has a value of an undefined type",
      message(int(65), 0, 0),
      /type id 65, which is not defined/,
      3,
    ],
    [
      "has a value of no type",
      bytes(sized(define.map(65, 8, 8)), sized(0, 0, 0)),
      /type id 0, which/,
      17,
    ],
    [
      "has a string at the top",
      message(int(6), 0, text("x")),
      /expected map\[interface \{\}\]interface \{\}, found string/,
      2,
    ],
    [
      "defines one of gob's own ids",
      message(define.slice(63, 8)),
      /type id 63 cannot be defined/,
      1,
    ],
    [
      "defines a type twice",
      bytes(sized(define.slice(65, 8)), sized(define.slice(65, 8))),
      /type id 65 is defined twice/,
      14,
    ],
    [
      "has bytes after a definition",
      message(define.slice(65, 8), 1),
      /bytes between a type definition and the end/,
      13,
    ],
    [
      "lacks the zero before its value",
      bytes(sized(define.map(65, 8, 8)), sized(int(65), 1)),
      /zero before a value/,
      18,
    ],
    ["has fewer entries than it says", session(2, key("k"), [0]), /bytes end where/, 33],
    [
      "has a count beyond its bytes",
      session(1000, key("k"), [0]),
      /1000 elements, but \d+ bytes are left/,
      19,
    ],
  ])("is refused if it %s", (_what, data, reason, offset) => {
    const error = refusal(() => gobSerializer().deserialize(data));
    expect(error.message).toMatch(reason);
    expect(error).toMatchObject({ name: "GobError", path: "", offset });
  });
});

describe("strict", () => {
  it("refuses a duplicate key, of which Go takes the last value", () => {
    const [first, second] = [inInterface("int", 2, int(1)), inInterface("int", 2, int(2))];
    const twice = session(2, key("a"), first, key("a"), second);
    expect(gobSerializer().deserialize(twice)).toEqual({ a: 2 });
    expect(strictMessage(twice)).toMatch(/a duplicate key \(at a, byte/);
  });

  it("refuses a string that is not UTF-8, which Go accepts", () => {
    const broken = session(1, key("k"), inInterface("string", 6, [2, 0xc3, 0x28]));
    expect(strictMessage(broken)).toMatch(/expected UTF-8 in a string \(at k/);
  });

  it("refuses a wrong length of an interface value, which Go ignores", () => {
    const wrong = session(1, key("k"), [text("bool"), int(1), 9, 0, 1]);
    expect(strictMessage(wrong)).toMatch(/does not end where its length says/);
    const longer = session(1, key("k"), [text("string"), int(6), 9, 0, text("abc")]);
    expect(strictMessage(longer)).toMatch(/does not end where its length says/);
  });

  it("refuses bytes after the value", () => {
    expect(strictMessage(Buffer.concat([session(0), session(0)]))).toMatch(/bytes after the value/);
    expect(strictMessage(session(0, [7]))).toMatch(/bytes after the value/);
  });
});
