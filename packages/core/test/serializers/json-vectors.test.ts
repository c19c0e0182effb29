// Vectors of Go's encoding/json: the default serializer reads and refuses the same.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { fromTyped, type Typed } from "./typed-json.ts";

interface Vector {
  readonly case: string;
  readonly kind: "roundtrip" | "encode-error" | "decode-only";
  readonly b64?: string;
  /** So many lists, one in the other, under "a". */
  readonly lists?: number;
  readonly input?: { readonly values?: Typed; readonly lists?: number; readonly b64?: string };
  readonly expect?: { readonly values?: Typed; readonly error?: string };
}

const file = new URL("../testdata/json.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Vector[] };
const good = cases.filter(({ expect: expected }) => expected?.values !== undefined);
const bad = cases.filter(({ kind, expect: expected }) => kind === "decode-only" && expected?.error);

function textOf({ b64, input, lists = input?.lists }: Vector): Buffer {
  if (lists !== undefined) return nested(lists);
  return Buffer.from(b64 ?? input?.b64 ?? "", "base64");
}

function nested(lists: number): Buffer {
  return Buffer.from(`{"a":${"[".repeat(lists)}${"]".repeat(lists)}}`);
}

const read = (bytes: Uint8Array): object => jsonSerializer.deserialize(bytes);
const written = (values: object): Buffer =>
  Buffer.from(jsonSerializer.serialize(values as Record<string, unknown>));

describe("sessions that Go wrote as JSON", () => {
  it("are complete", () => {
    expect(good.length).toBeGreaterThan(30);
    expect(bad.length).toBeGreaterThan(8);
  });

  it.each(good)("are read: $case", (vector) => {
    expect(read(textOf(vector))).toStrictEqual(fromTyped(vector.expect?.values as Typed));
  });

  it.each(good)("are the same after they were written again: $case", (vector) => {
    const values = read(textOf(vector));
    expect(read(written(values))).toStrictEqual(values);
  });

  it.each(bad)("are refused if Go refuses them: $case", (vector) => {
    expect(() => read(textOf(vector))).toThrow(Error);
  });
});

describe("Go's rules for reading JSON", () => {
  it.each([
    ["a sequence that breaks off", [0xe2, 0x82], "\ufffd\ufffd"],
    ["a long sequence that breaks off", [0xf0, 0x9f, 0x98], "\ufffd\ufffd\ufffd"],
    ["an encoded surrogate", [0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
    ["an overlong encoding", [0xc0, 0xaf], "\ufffd\ufffd"],
    ["a stray continuation", [0x80], "\ufffd"],
    ["valid text around it", [0xc3, 0xa4, 0xff, 0xf0, 0x9f, 0x98, 0x80], "ä\ufffd\u{1f600}"],
  ])("replace each byte that is not UTF-8 by one U+FFFD: %s", (_, bytes, text) => {
    const quoted = Buffer.concat([Buffer.from('{"a":"x'), Buffer.from(bytes), Buffer.from('y"}')]);
    expect(read(quoted)).toEqual({ a: `x${text}y` });
  });

  it("replace half a surrogate pair by U+FFFD, in values and in keys", () => {
    const text = String.raw`{"a":["\ud800","\uDC00x","\ud800\ud83d\ude00"],"k\udfff":{"b":"\ud83d"},"c":"\\ud800"}`;
    expect(read(Buffer.from(text))).toEqual({
      a: ["\ufffd", "\ufffdx", "\ufffd\u{1f600}"],
      "k\ufffd": { b: "\ufffd" },
      c: "\\ud800",
    });
  });

  it("read at most 10,000 levels", () => {
    expect(read(nested(9_999))).toHaveProperty("a");
    expect(() => read(nested(10_000))).toThrow("10000 deep");
    expect(() => read(nested(200_000))).toThrow("10000 deep");
  });

  it("take the last of two equal keys", () => {
    expect(read(Buffer.from('{"a":1,"a":{"b":1},"a":{"c":2}}'))).toEqual({ a: { c: 2 } });
  });

  it.each([
    '{"a":-1e400}',
    '{"a":[{"b":1E+999}]}',
    `{"a":${"9".repeat(400)}}`,
    `{"a":${"9".repeat(309)}}`,
    `{"a":${"9".repeat(211)}e99}`,
    `{"a":-${"9".repeat(301)}E+9}`,
    `{"a":0.1e${"0".repeat(20)}400}`,
    "",
    " ",
    "\u0000",
    '{"a":01}',
    '{"a":.5}',
    "{a:1}",
    '{"a":"\\x"}',
    '{"a":1}{}',
    "true",
    "1",
  ])("refuse %j", (text) => {
    expect(() => read(Buffer.from(text))).toThrow(Error);
  });
});
