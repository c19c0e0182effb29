// Any bytes give an error or a value, and cost no more work than their length allows.
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../test/seeded-random.ts";
import { GobError, GobRegistry, gobSerializer } from "../src/index.ts";
import { DEFAULT_LIMITS, maxValuesFor } from "../src/limits.ts";
import { mutate } from "./bytes/mutate.ts";
import { canonical, typedSession } from "./go/typed-json.ts";
import { vectorRegistry } from "./go/vector-registry.ts";
import { mutationSeeds } from "./go/vectors.ts";

/** CI sets GOB_FUZZ=1000000. */
const INPUTS = Number(process.env["GOB_FUZZ"] ?? 20_000);
/** The most heap in use at any time, in bytes. The test runner itself uses about 60 MB of it. */
const HEAP_CAP = 400 * 2 ** 20;

const seeds = mutationSeeds();
const [known, none] = [vectorRegistry(), new GobRegistry()];
const readers = [
  { registry: known, serializer: gobSerializer({ registry: known }) },
  { registry: none, serializer: gobSerializer({ registry: none, unregistered: "keep" }) },
  {
    registry: known,
    serializer: gobSerializer({ registry: known, unregistered: "keep", strict: true }),
  },
];

/** The number of values in a value, itself included. */
function count(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 1;
  const inner = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
  return inner.reduce<number>((sum, each) => sum + count(each), 1);
}

describe("mutated and random bytes", { timeout: 3_600_000 }, () => {
  it(`are refused with a GobError, or give a value that is written back unchanged: ${INPUTS} inputs`, () => {
    const random = new SeededRandom(`gob fuzz, ${INPUTS} inputs`);
    let [read, heap] = [0, 0];
    for (let i = 0; i < INPUTS; i++) {
      random.restart(i);
      const bytes = mutate(random, seeds);
      const { serializer, registry } = random.pick(readers);
      const input = `input ${i}, ${bytes.toString("base64")}`;
      let values: Record<string, unknown> | undefined;
      try {
        values = serializer.deserialize(bytes) as Record<string, unknown>;
      } catch (error) {
        if (!(error instanceof GobError) || error.offset === undefined)
          throw new Error(input, { cause: error });
      }
      if (values) {
        read++;
        if (count(values) > maxValuesFor(bytes.length, DEFAULT_LIMITS))
          throw new Error(`too many values: ${input}`);
        const again = serializer.deserialize(serializer.serialize(values) as Uint8Array) as Record<
          string,
          unknown
        >;
        if (
          canonical(typedSession(again, registry)) !== canonical(typedSession(values, registry))
        ) {
          throw new Error(`written back as another value: ${input}`);
        }
      }
      if (i % 500 === 0) heap = Math.max(heap, process.memoryUsage().heapUsed);
    }
    process.stdout.write(
      `${read} of ${INPUTS} inputs were read; the heap had at most ${Math.round(heap / 2 ** 20)} MB\n`,
    );
    expect(read).toBeGreaterThan(INPUTS / 100);
    expect(heap).toBeLessThan(HEAP_CAP);
  });
});
