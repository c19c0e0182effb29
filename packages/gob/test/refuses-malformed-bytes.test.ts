// Bytes that are refused: with what was expected, the offset, and the path to the value.
import { describe, expect, it } from "vitest";
import { GobError, GobRegistry, gobSerializer } from "../src/index.ts";
import {
  type Piece,
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
} from "./bytes/pieces.ts";

const registry = new GobRegistry()
  .defineStruct("main.Point", { X: "int", Y: "int" })
  .register("main.Point")
  .register("[]main.Point")
  .register("map[string]string")
  .defineEncoder("main.Id", { method: "binary", codec: { decode: refuse, encode: refuse } })
  .register("main.Id");

function refuse(): never {
  throw new RangeError("no such id");
}

function errorOf(data: Uint8Array, options = {}): GobError {
  try {
    gobSerializer({ registry, ...options }).deserialize(data);
  } catch (error) {
    if (error instanceof GobError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const one = (...value: Parameters<typeof inInterface>): Buffer =>
  session(1, key("k"), inInterface(...value));
const headless = (...pieces: readonly Piece[]): Buffer => bytes(sized(...pieces));

const point = (definition: Piece[], ...value: readonly Piece[]): Buffer =>
  defined("main.Point", 66, definition, ...value);

/** The second of its two messages with `less` bytes less. */
function short(data: Buffer, less: number): Buffer {
  const copy = Buffer.from(data.subarray(0, data.length - less));
  const at = (copy[0] as number) + 1;
  copy[at] = (copy[at] as number) - less;
  return copy;
}

/** What strict says of bytes that are read without it. */
const strictOn = (data: Uint8Array): string => {
  gobSerializer({ registry }).deserialize(data);
  return errorOf(data, { strict: true }).message;
};

describe("bytes that are no session", () => {
  it.each<[string, Uint8Array, RegExp, number]>([
    ["nothing", bytes(), /bytes end where an integer was expected/, 0],
    ["a message shorter than it says", bytes(5, 0), /a message of 5 bytes, but 1 are left/, 0],
    ["an integer wider than 8 bytes", bytes(0xf7), /more than 8 bytes/, 0],
    ["a value of no defined type", headless(int(65), 0, 0), /type id 65, which nothing defined/, 3],
    [
      "a value of no type",
      bytes(sized(define.map(65, 8, 8)), sized(0, 0, 0)),
      /type id 0, which/,
      17,
    ],
    [
      "a string",
      headless(int(6), 0, text("x")),
      /expected map\[interface \{\}\]interface \{\}, found string/,
      2,
    ],
    [
      "a definition of gob's own id",
      headless(define.slice(63, 8)),
      /type id 63 cannot be defined/,
      1,
    ],
    [
      "a type defined twice",
      bytes(sized(define.slice(65, 8)), sized(define.slice(65, 8))),
      /type id 65 is defined twice/,
      14,
    ],
    ["a definition of no known form", headless(int(-65), 9), /type definition of no known form/, 3],
    [
      "a definition of two forms",
      headless(int(-65), 2, 0, 1, 0, 0),
      /type definition of two forms/,
      5,
    ],
    [
      "a definition with a field too many",
      headless(int(-65), 2, 7),
      /field that type definitions do not have/,
      4,
    ],
    [
      "a field without a name",
      headless(int(-65), 3, 2, 1, 2, 4, 0, 0, 0),
      /field without a name/,
      6,
    ],
    [
      "two fields of one name",
      headless(define.struct(65, "T", ["A", 2], ["A", 2])),
      /two fields of one name/,
      20,
    ],
    [
      "bytes after a definition",
      headless(define.slice(65, 8), 1),
      /bytes between a type definition and the end/,
      13,
    ],
    [
      "no zero before the value",
      bytes(sized(define.map(65, 8, 8)), sized(int(65), 1)),
      /zero before a value/,
      18,
    ],
    ["an entry less than it says", session(2, key("k"), [0]), /bytes end where/, 33],
    [
      "a count beyond the bytes",
      session(1000, key("k"), [0]),
      /1000 elements, but \d+ bytes are left/,
      19,
    ],
  ])("are refused: %s", (_what, data, reason, offset) => {
    const error = errorOf(data);
    expect(error.message).toMatch(reason);
    expect(error).toMatchObject({ name: "GobError", path: "", offset });
  });
});

describe("a value in a session", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["of another type than its name says", one("string", 2, int(1)), /expected string, found int/],
    ["out of the range of its type", one("int8", 2, int(128)), /out of the range of int8/],
    [
      "out of the range of an unsigned type",
      one("uint16", 3, uint(65_536)),
      /out of the range of uint16/,
    ],
    ["longer than the bytes", one("string", 6, [9, "abc"]), /a string of 9 bytes, but 3 are left/],
    [
      "longer than its message, where the next goes on",
      Buffer.concat([
        short(session(1, key("k"), inInterface("string", 6, text("abcdef"))), 3),
        Buffer.from("xyz"),
      ]),
      /a string of 6 bytes, but 3 are left/,
    ],
    [
      "cut off before its last byte, where the next message goes on",
      Buffer.concat([short(session(1, key("k"), inInterface("int", 2, int(1))), 1), session(0)]),
      /bytes end where an integer was expected/,
    ],
    [
      "cut off inside an integer, where the next message goes on",
      Buffer.concat([short(session(1, key("k"), inInterface("int", 2, int(1e6))), 1), session(0)]),
      /an integer of 3 bytes, but 2 are left/,
    ],
    [
      "of a name longer than the bytes",
      session(1, key("k"), [100, "abc"]),
      /a type's name of 100 bytes/,
    ],
    [
      "of no name that could be",
      session(1, key("k"), text("n".repeat(1025))),
      /name of 1025 bytes/,
    ],
    ["of an unregistered type", one("main.Secret", 2, int(1)), /"main.Secret" is not registered/],
    [
      "that its codec refuses",
      defined("main.Id", 66, define.opaque(66, 6), 0, 0),
      /main.Id: no such id/,
    ],
    [
      "of a time without bytes",
      defined("time.Time", 66, define.opaque(66, 5), 0, 0),
      /time.Time of unknown version/,
    ],
  ])("is refused with its path: %s", (_what, data, reason) => {
    const error = errorOf(data);
    expect(error.message).toMatch(reason);
    expect(error.path).toBe("k");
    expect(error.message).toContain("at k, byte ");
  });

  it("is refused with the path to what is inside it", () => {
    const elements = [
      inInterface("int", 2, 0),
      inInterface("bool", 2, 0),
      inInterface("bool", 1, 0),
    ];
    const data = defined("[]interface {}", 66, define.slice(66, 8), 0, 3, elements);
    expect(errorOf(data).path).toBe("k[1]");
  });

  it("is refused where a key is no value that Go could compare", () => {
    const data = bytes(
      sized(define.map(65, 8, 8)),
      sized(int(65), 0, 1, text("[]interface {}"), define.slice(66, 8)),
      sized(int(66), sized(0, 0), 0),
    );
    expect(errorOf(data).message).toMatch(/slices and maps cannot be one \(Go panics here\)/);
  });
});

describe("a struct", () => {
  it("is refused where a field came as something else", () => {
    expect(errorOf(point(define.struct(66, "Point", ["X", 6]), 0)).message).toMatch(
      /field X of main.Point: expected int/,
    );
  });

  it("is refused where it has none of the fields, as in Go", () => {
    expect(errorOf(point(define.struct(66, "Point", ["Q", 2]), 0)).message).toMatch(
      /a struct with none of its fields/,
    );
  });

  it("is refused with a field beyond its last", () => {
    const error = errorOf(
      point(define.struct(66, "Point", ["X", 2], ["Y", 2]), 1, int(1), 2, int(1), 0),
    );
    expect(error.message).toMatch(/field that its type does not have/);
    expect(error.path).toBe("k");
  });

  it("is refused where it does not end, and its last field is named", () => {
    expect(errorOf(point(define.struct(66, "Point", ["X", 2], ["Y", 2]), 1, int(1), 1)).path).toBe(
      "k.Y",
    );
  });
});

describe("strict", () => {
  it("refuses one key twice, where Go takes the later", () => {
    const [first, second] = [inInterface("int", 2, int(1)), inInterface("int", 2, int(2))];
    const twice = session(2, key("a"), first, key("a"), second);
    expect(gobSerializer({ registry }).deserialize(twice)).toEqual({ a: 2 });
    expect(strictOn(twice)).toMatch(/the key is there twice \(at a, byte/);
  });

  it("refuses a string that is no UTF-8, which Go lets be", () => {
    const broken = one("string", 6, [2, 0xc3, 0x28]);
    expect(strictOn(broken)).toMatch(/expected UTF-8 in a string \(at k/);
  });

  it("refuses a wrong length of an interface value, which Go does not look at", () => {
    const wrong = session(1, key("k"), [text("bool"), int(1), 9, 0, 1]);
    expect(strictOn(wrong)).toMatch(/does not end where its length says/);
    const longer = session(1, key("k"), [text("string"), int(6), 9, 0, text("abc")]);
    expect(strictOn(longer)).toMatch(/does not end where its length says/);
  });

  it("refuses bytes after the value", () => {
    expect(strictOn(Buffer.concat([session(0), session(0)]))).toMatch(/bytes after the value/);
    expect(strictOn(session(0, [7]))).toMatch(/bytes after the value/);
  });
});
