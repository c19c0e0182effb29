// Values that are refused: with what was expected, the offset, and the path to the value.
import { describe, expect, it } from "vitest";
import { type GobError, GobRegistry, gobSerializer } from "../../src/index.ts";
import {
  bytes,
  define,
  defined,
  inInterface,
  int,
  key,
  session,
  sized,
  text,
  uint,
} from "../bytes/pieces.ts";
import { refusal } from "../refusal.ts";

const registry = new GobRegistry()
  .register("map[string]string")
  .defineEncoder("main.Id", { method: "binary", codec: { decode: fail, encode: fail } })
  .register("main.Id");

function fail(): never {
  throw new RangeError("no such id");
}

const errorOf = (data: Uint8Array): GobError =>
  refusal(() => gobSerializer({ registry }).deserialize(data));

/** A session with this value at "k". */
const one = (...value: Parameters<typeof inInterface>): Buffer =>
  session(1, key("k"), inInterface(...value));

/** Cuts `count` bytes from the second of two messages. */
function cut(data: Buffer, count: number): Buffer {
  const copy = Buffer.from(data.subarray(0, data.length - count));
  const at = (copy[0] as number) + 1;
  copy[at] = (copy[at] as number) - count;
  return copy;
}

describe("a value in a session", () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      "is of another type than its name says",
      one("string", 2, int(1)),
      /expected string, found int/,
    ],
    ["is out of the range of its type", one("int8", 2, int(128)), /out of the range of int8/],
    [
      "is out of the range of an unsigned type",
      one("uint16", 3, uint(65_536)),
      /out of the range of uint16/,
    ],
    [
      "is longer than the bytes",
      one("string", 6, [9, "abc"]),
      /a string of 9 bytes, but 3 are left/,
    ],
    [
      "is longer than its message, and another message follows",
      Buffer.concat([
        cut(session(1, key("k"), inInterface("string", 6, text("abcdef"))), 3),
        Buffer.from("xyz"),
      ]),
      /a string of 6 bytes, but 3 are left/,
    ],
    [
      "is cut off before its last byte, and another message follows",
      Buffer.concat([cut(session(1, key("k"), inInterface("int", 2, int(1))), 1), session(0)]),
      /bytes end where an integer was expected/,
    ],
    [
      "is cut off inside an integer, and another message follows",
      Buffer.concat([cut(session(1, key("k"), inInterface("int", 2, int(1e6))), 1), session(0)]),
      /an integer of 3 bytes, but 2 are left/,
    ],
    [
      "has a name longer than the bytes",
      session(1, key("k"), [100, "abc"]),
      /a type's name of 100 bytes/,
    ],
    [
      "has a name longer than Go allows",
      session(1, key("k"), text("n".repeat(1025))),
      /name of 1025 bytes/,
    ],
    [
      "is of an unregistered type",
      one("main.Secret", 2, int(1)),
      /"main.Secret" is not registered/,
    ],
    [
      "is refused by its codec",
      defined("main.Id", 66, define.opaque(66, 6), 0, 0),
      /main.Id: no such id/,
    ],
    [
      "is a time without bytes",
      defined("time.Time", 66, define.opaque(66, 5), 0, 0),
      /time.Time of unknown version/,
    ],
  ])("is refused with its path if it %s", (_what, data, reason) => {
    const error = errorOf(data);
    expect(error.message).toMatch(reason);
    expect(error.path).toBe("k");
    expect(error.message).toContain("at k, byte ");
  });

  it("is refused with the path to the value inside it", () => {
    const elements = [
      inInterface("int", 2, 0),
      inInterface("bool", 2, 0),
      inInterface("bool", 1, 0),
    ];
    const data = defined("[]interface {}", 66, define.slice(66, 8), 0, 3, elements);
    expect(errorOf(data).path).toBe("k[1]");
  });

  it("is refused if its key is a slice, which Go panics on", () => {
    const data = bytes(
      sized(define.map(65, 8, 8)),
      sized(int(65), 0, 1, text("[]interface {}"), define.slice(66, 8)),
      sized(int(66), sized(0, 0), 0),
    );
    expect(errorOf(data).message).toMatch(
      /expected a key, found a slice or map, which Go panics on/,
    );
  });
});
