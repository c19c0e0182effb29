// Type definitions on the wire.
import { describe, expect, it } from "vitest";
import { gobSerializer } from "../../src/index.ts";
import { ByteReader } from "../../src/wire/byte-reader.ts";
import { ByteWriter } from "../../src/wire/byte-writer.ts";
import { type WireType, readWireType, writeWireType } from "../../src/wire/wire-type.ts";
import { type Piece, bytes, define, int, sized } from "../bytes/pieces.ts";
import { refusal } from "../refusal.ts";

describe("a type definition", () => {
  it.each<WireType>([
    { form: "array", name: "Grid", elem: 2, length: 3 },
    { form: "array", name: "", elem: 70, length: 0 },
    { form: "slice", name: "", elem: 300 },
    { form: "map", name: "Flags", key: 6, elem: 1 },
    { form: "struct", name: "Empty", fields: [] },
    {
      form: "struct",
      name: "Ключ",
      fields: [
        { name: "X", id: 2 },
        { name: "Y", id: 66 },
      ],
    },
    { form: "opaque", name: "Time", method: "gob" },
    { form: "opaque", name: "Addr", method: "binary" },
    { form: "opaque", name: "Text", method: "text" },
  ])("is read as it was written: %o", (wire) => {
    const writer = new ByteWriter();
    writeWireType(writer, 65, wire);
    const reader = new ByteReader(writer.takeBytes());
    expect(readWireType(reader)).toEqual(wire);
    expect(reader.pos).toBe(reader.bytes.length);
  });

  it.each<[string, readonly Piece[], RegExp, number]>([
    ["is of unknown form", [int(-65), 9], /type definition of unknown form/, 3],
    ["has two forms", [int(-65), 2, 0, 1, 0, 0], /type definition of two forms/, 5],
    ["has too many fields", [int(-65), 2, 7], /field that type definitions do not have/, 4],
    ["has a field without a name", [int(-65), 3, 2, 1, 2, 4, 0, 0, 0], /field without a name/, 6],
    [
      "has two fields of the same name",
      [define.struct(65, "T", ["A", 2], ["A", 2])],
      /two fields of the same name/,
      20,
    ],
  ])("is refused if it %s", (_what, pieces, reason, offset) => {
    const error = refusal(() => gobSerializer().deserialize(bytes(sized(...pieces))));
    expect(error.message).toMatch(reason);
    expect(error).toMatchObject({ path: "", offset });
  });
});
