// Random sessions in both directions between this package and the GobSerializer of boj/redistore in Go.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../test/seeded-random.ts";
import { GobError, TypeIds, gobSerializer } from "../src/index.ts";
import { mutate } from "./bytes/mutate.ts";
import { type GoRequest, askGo, decodeAlone, goIsMissing } from "./go/ask-go.ts";
import { RandomTyped } from "./go/random-typed.ts";
import { type Typed, canonical, sessionFrom, typedSession } from "./go/typed-json.ts";
import { vectorRegistry } from "./go/vector-registry.ts";
import { mutationSeeds } from "./go/vectors.ts";

type Values = Record<string, unknown>;

const SESSIONS = 1000;
const MUTATED = 3000;
const registry = vectorRegistry();

const read = (b64: string): Values =>
  gobSerializer({ registry }).deserialize(Buffer.from(b64, "base64")) as Values;
const typed = (values: Values): string => canonical(typedSession(values, registry));
const base64 = (bytes: Uint8Array | string): string =>
  Buffer.from(bytes as Uint8Array).toString("base64");

describe.skipIf(goIsMissing)("Go's own GobSerializer", { timeout: 120_000 }, () => {
  it("writes and reads the same sessions", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, any maps"), { mapEntries: 4 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const requests: GoRequest[] = [];
    for (const [index, result] of fromGo.entries()) {
      expect(result.error).toBeUndefined();
      const values = read(result.b64 as string);
      expect(typed(values)).toBe(canonical(result.values as Typed));
      const serializer = gobSerializer({ registry });
      requests.push({
        decode: base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry))),
      });
      requests.push({ decode: base64(serializer.serialize(values)) });
    }
    for (const [index, result] of askGo(requests).entries()) {
      expect(result.error).toBeUndefined();
      expect(canonical(result.values as Typed)).toBe(
        canonical(fromGo[index >> 1]?.values as Typed),
      );
    }
  });

  it("writes the same bytes for as long as a process lives, if maps have one entry", () => {
    const random = new RandomTyped(new SeededRandom("gob interop, one order"), { mapEntries: 1 });
    const sessions = Array.from({ length: SESSIONS }, () => random.session());
    const fromGo = askGo(sessions.map((encode) => ({ encode })));
    const serializer = gobSerializer({ registry, typeIds: new TypeIds(65) });
    for (const [index, result] of fromGo.entries()) {
      expect(base64(serializer.serialize(sessionFrom(sessions[index] as Typed, registry)))).toBe(
        result.b64,
      );
      expect(base64(serializer.serialize(read(result.b64 as string)))).toBe(result.b64);
    }
  });

  it("reads mutated bytes as the same values, if they are read here", () => {
    const random = new SeededRandom("gob interop, mutated bytes");
    const seeds = mutationSeeds();
    let compared = 0;
    for (let i = 0; i < MUTATED; i++) {
      random.restart(i);
      const bytes = mutate(random, seeds);
      const ours = valuesOrNothing(bytes);
      if (!ours) continue;
      compared++;
      // A failure is reported with its input, and the other inputs are still compared.
      expect.soft(comparison(ours, bytes), `input ${i}, ${base64(bytes)}`).toEqual({});
    }
    expect(compared).toBeGreaterThan(MUTATED / 100);
  });

  it("that dies of one input is reported, and does not affect other inputs", () => {
    const bytes = gobSerializer().serialize({ a: 1 }) as Uint8Array;
    const tooLittle = 100 * 2 ** 20;
    expect(decodeAlone(bytes, tooLittle)).toEqual({
      died: expect.stringMatching(
        /^the Go program died \(exit code 2\): fatal error: .*memory/,
      ) as string,
    });
    expect(decodeAlone(bytes)).toMatchObject({ values: { t: "map[interface {}]interface {}" } });
  });
});

/** The differences between our values and what Go reads from the bytes; an empty object if there are none. */
function comparison(ours: Values, bytes: Uint8Array): object {
  const result = decodeAlone(bytes);
  if ("died" in result || result.error !== undefined) return result;
  const go = result.values as Typed;
  const [here, there] = [
    canonical(withoutFieldsOf(typedSession(ours, registry), go)),
    canonical(go),
  ];
  return here === there ? {} : { here, there };
}

function valuesOrNothing(bytes: Buffer): Values | undefined {
  try {
    return gobSerializer({ registry }).deserialize(bytes) as Values;
  } catch (error) {
    if (error instanceof GobError) return undefined;
    throw error;
  }
}

/** Removes the fields that Go did not read. A mutated definition may name fields that no struct has: we keep them, Go drops them. */
function withoutFieldsOf(ours: Typed, go: Typed | undefined): Typed {
  const { fields, items, kv, ptr } = ours;
  if (fields) {
    const known = Object.entries(fields).filter(([name]) => go?.fields?.[name]);
    return {
      ...ours,
      fields: Object.fromEntries(
        known.map(([name, value]) => [name, withoutFieldsOf(value, go?.fields?.[name])]),
      ),
    };
  }
  if (items)
    return {
      ...ours,
      items: items.map((item, index) => withoutFieldsOf(item, go?.items?.[index])),
    };
  if (ptr) return { ...ours, ptr: withoutFieldsOf(ptr, go?.ptr ?? undefined) };
  if (!kv) return ours;
  const pairs = kv.map(([key, value]): [Typed, Typed] => {
    const [goKey, goValue] =
      go?.kv?.find(([each]) => canonical(withoutFieldsOf(key, each)) === canonical(each)) ?? [];
    return [withoutFieldsOf(key, goKey), withoutFieldsOf(value, goValue)];
  });
  return { ...ours, kv: pairs };
}
