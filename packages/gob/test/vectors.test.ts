// What real Go wrote: read, written again to the byte, and refused where Go refuses it.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GobError, TypeIds, encodeGob, gobSerializer } from "../src/index.ts";
import { type Typed, canonical, fromTyped, sessionFrom, typedSession } from "./typed-json.ts";
import { vectorRegistry } from "./vector-registry.ts";

interface Vector {
  case: string;
  kind: "roundtrip" | "encode-error" | "decode-only";
  input?: { values: Typed; firstId?: number; warm?: Typed[] };
  oneOrder?: boolean;
  b64?: string;
  expect: { values?: Typed; error?: string };
}

const file = new URL("testdata/gob.json", import.meta.url);
const vectors = (JSON.parse(readFileSync(file, "utf8")) as { cases: Vector[] }).cases;
const registry = vectorRegistry();
const ofKind = (kind: Vector["kind"]): Vector[] => vectors.filter((vector) => vector.kind === kind);

/** Writes as a process that wrote the `warm` values before. */
function serializerOf({ input }: Vector): ReturnType<typeof gobSerializer> {
  const typeIds = new TypeIds(input?.firstId ?? 65);
  for (const warm of input?.warm ?? []) encodeGob(warm.t, fromTyped(warm), { registry, typeIds });
  return gobSerializer({ registry, typeIds });
}

describe("what Go wrote", () => {
  it.each(ofKind("roundtrip"))("reads $case", (vector) => {
    const values = gobSerializer({ registry, strict: false }).deserialize(
      Buffer.from(vector.b64 ?? "", "base64"),
    );
    expect(canonical(typedSession(values as Record<string, unknown>, registry))).toBe(
      canonical(vector.expect.values as Typed),
    );
  });

  it.each(ofKind("roundtrip"))("writes $case from values of JavaScript", (vector) => {
    const bytes = serializerOf(vector).serialize(
      sessionFrom(vector.input?.values as Typed, registry),
    ) as Buffer;
    if (vector.oneOrder) expect(bytes.toString("base64")).toBe(vector.b64);
    const back = gobSerializer({
      registry,
      strict: !vector.case.includes("surrogate"),
    }).deserialize(bytes) as Record<string, unknown>;
    expect(canonical(typedSession(back, registry))).toBe(canonical(vector.expect.values as Typed));
  });

  it.each(ofKind("roundtrip"))("writes $case back as it was read", (vector) => {
    const bytes = Buffer.from(vector.b64 ?? "", "base64");
    const values = gobSerializer({ registry }).deserialize(bytes) as Record<string, unknown>;
    expect((serializerOf(vector).serialize(values) as Buffer).toString("base64")).toBe(vector.b64);
  });

  it.each(ofKind("roundtrip"))(
    "writes $case back as it was read, with no type registered",
    (vector) => {
      const options = { unregistered: "keep" } as const;
      const bytes = Buffer.from(vector.b64 ?? "", "base64");
      const values = gobSerializer(options).deserialize(bytes) as Record<string, unknown>;
      const typeIds = new TypeIds(vector.input?.firstId ?? 65);
      for (const warm of vector.input?.warm ?? [])
        encodeGob(warm.t, fromTyped(warm), { registry, typeIds });
      if (vector.input?.warm) return;
      expect(
        (gobSerializer({ ...options, typeIds }).serialize(values) as Buffer).toString("base64"),
      ).toBe(vector.b64);
    },
  );
});

describe("what Go refuses to write", () => {
  it.each(ofKind("encode-error"))("$case", (vector) => {
    const write = (): unknown =>
      gobSerializer({ registry }).serialize(sessionFrom(vector.input?.values as Typed, registry));
    expect(write).toThrow(GobError);
  });
});

describe("bytes that no Go program meant", () => {
  it.each(ofKind("decode-only").filter((vector) => vector.expect.error !== undefined))(
    "refuses $case",
    (vector) => {
      const read = (): unknown =>
        gobSerializer({ registry }).deserialize(Buffer.from(vector.b64 ?? "", "base64"));
      expect(read).toThrow(GobError);
      expect(read).toThrow(/byte \d+/);
    },
  );

  it.each(ofKind("decode-only").filter((vector) => vector.expect.error === undefined))(
    "reads $case as Go does",
    (vector) => {
      const values = gobSerializer({ registry }).deserialize(
        Buffer.from(vector.b64 ?? "", "base64"),
      );
      expect(canonical(typedSession(values as Record<string, unknown>, registry))).toBe(
        canonical(vector.expect.values as Typed),
      );
    },
  );
});
