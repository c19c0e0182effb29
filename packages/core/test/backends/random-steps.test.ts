// Redis and memory do the same: random steps give the same results on both.
import * as fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { Backend } from "../../src/backends/backend.ts";
import type { Successor } from "../../src/backends/tombstone.ts";
import { createMemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { openBackend } from "../../src/backends/open-backend.ts";
import { withURL } from "../../src/options/connection-options.ts";
import { collect } from "../../src/options/option.ts";
import type { BackendUnderTest } from "../../src/testing/index.ts";
import { freshPrefix, underTest } from "./redis/redis-under-test.ts";

const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
const url = inject("redisUrl");
const soon = () => new Deadline(10);

let redis: Redis;
beforeAll(() => {
  redis = new Redis(url);
});
afterAll(() => redis.quit());

// Few of each, so that steps meet; times that never add up to one another, so that no expiry falls on an edge.
const id = fc.constantFrom("a", "b");
const record = fc.constantFrom("", "one", "two").map((text) => Buffer.from(text));
const expected = fc.option(record, { nil: undefined });
const seconds = fc.constantFrom(100, 200, 300);
const at = fc.constantFrom(1, 2.5, 3.001);
const successor = fc.constantFrom<Successor[]>(
  { kind: "login", to: "b", grace: 0, told: true, owned: false },
  { kind: "renewed", to: "b", grace: 0, told: true, owned: true },
  { kind: "renewed", to: "c", grace: 7, told: false, owned: false },
);
const ending = fc.record({ told: fc.boolean(), owned: fc.boolean() });

/** One thing to do, by a name that a counterexample can be read by. */
interface Step {
  readonly name: string;
  readonly run: (subject: BackendUnderTest) => Promise<unknown>;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(id)
    .map(([i]): Step => ({ name: `get ${i}`, run: ({ backend }) => backend.get(i, soon()) })),
  fc.tuple(id, seconds).map(([i, s]): Step => ({
    name: `touch ${i} ${s}`,
    run: ({ backend }) => backend.touch(i, s, soon()),
  })),
  fc.tuple(id, record, seconds).map(([i, r, s]): Step => ({
    name: `create ${i} ${String(r)} ${s}`,
    run: ({ backend }) => backend.create(i, r, s, soon()),
  })),
  fc.tuple(id, expected, record, seconds).map(([i, e, r, s]): Step => ({
    name: `replace ${i} ${String(e)} ${String(r)} ${s}`,
    run: ({ backend }) => backend.replace(i, e, r, s, soon()),
  })),
  fc.tuple(id, record, successor, seconds).map(([i, r, n, s]): Step => ({
    name: `retire ${i} ${String(r)} ${n.kind} ${n.to} ${s}`,
    run: ({ backend }) => backend.retire(i, r, n, s, soon()),
  })),
  fc.tuple(id, ending, seconds).map(([i, e, s]): Step => ({
    name: `delete ${i} ${JSON.stringify(e)} ${s}`,
    run: ({ backend }) => backend.delete(i, e, s, soon()),
  })),
  fc.constant<Step>({
    name: "getMany",
    run: ({ backend }) => backend.getMany(["b", "a", "c"], soon()),
  }),
  fc
    .tuple(id, at, fc.option(id, { nil: undefined }), fc.constantFrom(1, 2, Infinity), seconds)
    .map(([i, a, inherits, limit, s]): Step => ({
      name: `admit ${i} ${a} ${inherits} ${limit} ${s}`,
      run: ({ backend }) => {
        const member = { publicId: i, id: i, at: a };
        return backend.admit("p", { member, inherits, limit, without: [], seconds: s }, soon());
      },
    })),
  fc.tuple(at, fc.option(id, { nil: undefined }), seconds).map(([a, except, s]): Step => ({
    name: `bar ${a} ${except} ${s}`,
    run: ({ backend }) => backend.bar("p", { at: a, except, seconds: s }, soon()),
  })),
  fc.tuple(id, at).map(([i, a]): Step => ({
    name: `dismiss ${i} ${a}`,
    run: ({ backend }) => backend.dismiss("p", [{ publicId: i, id: i, at: a }], soon()),
  })),
  fc.constant<Step>({ name: "members", run: ({ backend }) => backend.members("p", soon()) }),
  fc.constant<Step>({ name: "elapse", run: (subject) => subject.elapse(37) }),
  fc.constant<Step>({ name: "ids", run: ({ backend }) => idsOf(backend) }),
);

async function idsOf(backend: Backend): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const each of backend.ids()) ids.add(each);
  return ids;
}

/** Without the times of tombstones: the two backends have clocks of their own. */
function undated(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(undated);
  if (typeof result !== "object" || result === null || !("tombstone" in result)) return result;
  return { ...result, tombstone: { ...(result.tombstone as object), at: 0 } };
}

function memory(): BackendUnderTest {
  let now = 0;
  return { backend: createMemoryBackend({ now: () => now }), elapse: async (s) => void (now += s) };
}

it("gives the same results in Redis as in memory, whatever the steps", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const keyPrefix = freshPrefix();
      const backend = await openBackend(collect([withURL(url)]), { keyPrefix, now: () => 0 });
      const subjects = [underTest(backend, keyPrefix, [redis]), memory()] as const;
      try {
        for (const { name, run } of steps) {
          const [inRedis, inMemory] = await Promise.all(subjects.map((subject) => run(subject)));
          expect({ name, result: undated(inRedis) }).toEqual({ name, result: undated(inMemory) });
        }
      } finally {
        await subjects[0].dispose?.();
        for (const subject of subjects) await subject.backend.close();
      }
    }),
    { numRuns: 80, ...seed },
  );
});
