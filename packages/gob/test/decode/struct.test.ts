// Structs that are refused.
import { describe, expect, it } from "vitest";
import { type GobError, GobRegistry, gobSerializer } from "../../src/index.ts";
import { type Piece, define, defined, int } from "../bytes/pieces.ts";
import { refusal } from "../refusal.ts";

const registry = new GobRegistry()
  .defineStruct("main.Point", { X: "int", Y: "int" })
  .register("main.Point");

const errorOf = (definition: Piece[], ...value: readonly Piece[]): GobError => {
  const data = defined("main.Point", 66, definition, ...value);
  return refusal(() => gobSerializer({ registry }).deserialize(data));
};

describe("a struct", () => {
  it("is refused if a field was sent as another type", () => {
    const error = errorOf(define.struct(66, "Point", ["X", 6]), 0);
    expect(error.message).toMatch(/expected int in field X of main.Point, found string/);
  });

  it("is refused if it has none of the fields, as in Go", () => {
    const error = errorOf(define.struct(66, "Point", ["Q", 2]), 0);
    expect(error.message).toMatch(/a struct with none of its fields/);
  });

  it("is refused if it has a field after its last", () => {
    const definition = define.struct(66, "Point", ["X", 2], ["Y", 2]);
    const error = errorOf(definition, 1, int(1), 2, int(1), 0);
    expect(error.message).toMatch(/field that its type does not have/);
    expect(error.path).toBe("k");
  });

  it("is refused with the name of its last field if it does not end", () => {
    const definition = define.struct(66, "Point", ["X", 2], ["Y", 2]);
    expect(errorOf(definition, 1, int(1), 1).path).toBe("k.Y");
  });
});
