// Vectors that Go wrote: read, written back to the same bytes, and refused if Go refuses them.
import { describe, expect, it } from "vitest";
import { GobError, TypeIds, encodeGob, gobSerializer } from "../src/index.ts";
import { type Typed, canonical, fromTyped, sessionFrom, typedSession } from "./go/typed-json.ts";
import { vectorRegistry } from "./go/vector-registry.ts";
import { type Vector, vectors } from "./go/vectors.ts";

const registry = vectorRegistry();
const ofKind = (kind: Vector["kind"]): Vector[] => vectors.filter((vector) => vector.kind === kind);

const oneOrder = ofKind("roundtrip").filter((vector) => vector.oneOrder);
const cold = ofKind("roundtrip").filter((vector) => !vector.input?.warm);

type Values = Record<string, unknown>;
const bytesOf = ({ b64 = "" }: Vector): Buffer => Buffer.from(b64, "base64");
const base64 = (bytes: Uint8Array | string): string =>
  Buffer.from(bytes as Uint8Array).toString("base64");
const sessionOf = ({ input }: Vector): Values => sessionFrom(input?.values as Typed, registry);
const wanted = (vector: Vector): string => canonical(vector.expect.values as Typed);

/** A serializer of a process that wrote the `warm` values before. */
function serializerOf({ input }: Vector): ReturnType<typeof gobSerializer> {
  const typeIds = new TypeIds(input?.firstId ?? 65);
  for (const warm of input?.warm ?? []) encodeGob(warm.t, fromTyped(warm), { registry, typeIds });
  return gobSerializer({ registry, typeIds });
}

describe("a session that Go wrote", () => {
  it.each(ofKind("roundtrip"))("is read: $case", (vector) => {
    const values = gobSerializer({ registry }).deserialize(bytesOf(vector)) as Values;
    expect(canonical(typedSession(values, registry))).toBe(wanted(vector));
  });

  it.each(ofKind("roundtrip"))(
    "means the same when JavaScript values are written: $case",
    (vector) => {
      const bytes = serializerOf(vector).serialize(sessionOf(vector));
      // A string that is not UTF-8 is the only value that Go writes and strict refuses.
      const strict = !vector.case.includes("surrogate");
      const back = gobSerializer({ registry, strict }).deserialize(bytes as Buffer);
      expect(canonical(typedSession(back as Values, registry))).toBe(wanted(vector));
    },
  );

  it.each(oneOrder)("has the same bytes when JavaScript values are written: $case", (vector) => {
    expect(base64(serializerOf(vector).serialize(sessionOf(vector)))).toBe(vector.b64);
  });

  it.each(ofKind("roundtrip"))("is written back to the same bytes: $case", (vector) => {
    const values = gobSerializer({ registry }).deserialize(bytesOf(vector)) as Values;
    expect(base64(serializerOf(vector).serialize(values))).toBe(vector.b64);
  });

  it.each(cold)("is written back to the same bytes with no type registered: $case", (vector) => {
    const serializer = gobSerializer({
      unregistered: "keep",
      firstId: vector.input?.firstId ?? 65,
    });
    expect(base64(serializer.serialize(serializer.deserialize(bytesOf(vector)) as Values))).toBe(
      vector.b64,
    );
  });
});

describe("a session that Go refuses to write", () => {
  it.each(ofKind("encode-error"))("is refused: $case", (vector) => {
    expect(() => gobSerializer({ registry }).serialize(sessionOf(vector))).toThrow(GobError);
  });
});

describe("bytes that no Go program writes", () => {
  const refused = ofKind("decode-only").filter((vector) => vector.expect.error !== undefined);
  const accepted = ofKind("decode-only").filter((vector) => vector.expect.error === undefined);

  it.each(refused)("are refused with the position: $case", (vector) => {
    const read = (): unknown => gobSerializer({ registry }).deserialize(bytesOf(vector));
    expect(read).toThrow(GobError);
    expect(read).toThrow(/byte \d+/);
  });

  it.each(accepted)("are read as Go reads them: $case", (vector) => {
    const values = gobSerializer({ registry }).deserialize(bytesOf(vector)) as Values;
    expect(canonical(typedSession(values, registry))).toBe(wanted(vector));
  });

  it.each(accepted)("are refused by strict: $case", (vector) => {
    expect(() => gobSerializer({ registry, strict: true }).deserialize(bytesOf(vector))).toThrow(
      GobError,
    );
  });
});
