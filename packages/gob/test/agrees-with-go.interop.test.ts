// Random sessions both ways between this package and the GobSerializer of boj/redistore in Go.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../test/seeded-random.ts";
import { GobError, TypeIds, gobSerializer } from "../src/index.ts";
import { type Question, askGo, goIsMissing } from "./go/ask-go.ts";
import { mutate } from "./bytes/mutate.ts";
import { RandomTyped } from "./go/random-typed.ts";
import { type Typed, canonical, sessionFrom, typedSession } from "./go/typed-json.ts";
import { vectorRegistry } from "./go/vector-registry.ts";

type Values = Record<string, unknown>;

const SESSIONS = 1000;
const MUTATED = 3000;
const registry = vectorRegistry();

const read = (b64: string): Values =>
  gobSerializer({ registry }).deserialize(Buffer.from(b64, "base64")) as Values;
const typed = (values: Values): string => canonical(typedSession(values, registry));
const base64 = (bytes: Uint8Array | string): string =>
  Buffer.from(bytes as Uint8Array).toString("base64");

describe.skipIf(goIsMissing)("Go's own GobSerializer", () => {
  it("agrees about sessions of any shape, whoever writes them", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, any maps"), { mapEntries: 4 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const questions: Question[] = [];
    for (const [index, answer] of fromGo.entries()) {
      expect(answer.error).toBeUndefined();
      const values = read(answer.b64 as string);
      expect(typed(values)).toBe(canonical(answer.values as Typed));
      const serializer = gobSerializer({ registry });
      questions.push({
        decode: base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry))),
      });
      questions.push({ decode: base64(serializer.serialize(values)) });
    }
    for (const [index, answer] of askGo(questions).entries()) {
      expect(answer.error).toBeUndefined();
      expect(canonical(answer.values as Typed)).toBe(
        canonical(fromGo[index >> 1]?.values as Typed),
      );
    }
  }, 120_000);

  it("writes the same bytes, where no map leaves a choice, for as long as a process lives", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, one order"), { mapEntries: 1 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const serializer = gobSerializer({ registry, typeIds: new TypeIds(65) });
    for (const [index, answer] of fromGo.entries()) {
      expect(base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry)))).toBe(
        answer.b64,
      );
      expect(base64(serializer.serialize(read(answer.b64 as string)))).toBe(answer.b64);
    }
  }, 120_000);

  it("reads whatever is read here, and as the same, however broken the bytes are", () => {
    const file = new URL("testdata/gob.json", import.meta.url);
    const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: { b64?: string }[] };
    const seeds = cases
      .map(({ b64 }) => Buffer.from(b64 ?? "", "base64"))
      .filter(({ length }) => length > 0 && length < 3000);
    const random = new SeededRandom("gob interop, broken bytes");
    const inputs = Array.from({ length: MUTATED }, () => mutate(random, seeds));
    const both: [Typed, Typed][] = [];
    for (const [index, answer] of askGo(
      inputs.map((bytes) => ({ decode: base64(bytes) })),
    ).entries()) {
      const ours = valuesOrNothing(inputs[index] as Buffer);
      if (!ours) continue;
      expect({ of: inputs[index], error: answer.error }).toEqual({ of: inputs[index] });
      both.push([
        withoutFieldsOf(typedSession(ours, registry), answer.values),
        answer.values as Typed,
      ]);
    }
    expect(both.length).toBeGreaterThan(MUTATED / 100);
    for (const [ours, go] of both) expect(canonical(ours)).toBe(canonical(go));
  }, 120_000);
});

function valuesOrNothing(bytes: Buffer): Values | undefined {
  try {
    return gobSerializer({ registry }).deserialize(bytes) as Values;
  } catch (error) {
    if (error instanceof GobError) return undefined;
    throw error;
  }
}

/** Fields that a broken definition names and no struct has are kept here, and dropped in Go. */
function withoutFieldsOf(ours: Typed, go: Typed | undefined): Typed {
  const { fields, items, kv, ptr } = ours;
  const inner = (value: Typed, other: Typed | undefined): Typed => withoutFieldsOf(value, other);
  if (fields) {
    const known = Object.entries(fields).filter(([name]) => go?.fields?.[name]);
    return {
      ...ours,
      fields: Object.fromEntries(
        known.map(([name, value]) => [name, inner(value, go?.fields?.[name])]),
      ),
    };
  }
  if (items) return { ...ours, items: items.map((item, index) => inner(item, go?.items?.[index])) };
  if (ptr) return { ...ours, ptr: inner(ptr, go?.ptr ?? undefined) };
  if (!kv) return ours;
  const pairs = kv.map(([key, value]): [Typed, Typed] => {
    const [same, other] =
      go?.kv?.find(([each]) => canonical(inner(key, each)) === canonical(each)) ?? [];
    return [inner(key, same), inner(value, other)];
  });
  return { ...ours, kv: pairs };
}
