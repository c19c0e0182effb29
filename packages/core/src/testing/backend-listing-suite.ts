// The part of the backend contract on several records at once, and on the backend itself: getMany, ids, health, close.
import assert from "node:assert/strict";
import type { Backend } from "../backends/backend.ts";
import { isRedistoreError } from "../errors.ts";
import {
  A_RECORD,
  ANOTHER,
  RAW,
  REVOCATION,
  TO_B,
  soon,
  type OnBackend,
} from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

/** Part of {@link backendSuite}, which calls it. */
export function backendListingSuite(
  { describe, it }: TestRunner,
  name: string,
  on: OnBackend,
): void {
  describe(`${name}: getMany`, () => {
    it(
      "returns an entry for each id, in their order, with tombstones and gaps",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        await backend.create("b", RAW, 100, soon());
        await backend.create("c", ANOTHER, 100, soon());
        await backend.delete("b", { told: false, owned: false }, 100, soon());
        const entries = await backend.getMany(["c", "none", "b", "a", "c"], soon());
        assert.deepEqual(
          entries.map(({ record }) => record),
          [ANOTHER, undefined, undefined, A_RECORD, ANOTHER],
        );
        assert.deepEqual(
          entries.map(({ tombstone }) => tombstone?.kind),
          [undefined, undefined, "ended", undefined, undefined],
        );
      }),
    );

    it(
      "returns nothing for no ids, and one entry for one id",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        assert.deepEqual(await backend.getMany([], soon()), []);
        const [entry, ...others] = await backend.getMany(["a"], soon());
        assert.deepEqual(entry, { record: A_RECORD, tombstone: undefined });
        assert.equal(others.length, 0);
      }),
    );
  });

  describe(`${name}: ids, health and close`, () => {
    it(
      "list every id that has a record, and no tombstone",
      on(async (backend) => {
        const ids = Array.from({ length: 2500 }, (_, index) => `id${index}`);
        await Promise.all(ids.map((id) => backend.create(id, A_RECORD, 100, soon())));
        await backend.delete("id7", REVOCATION, 100, soon());
        await backend.retire("id8", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(
          await all(backend),
          new Set(ids.filter((id) => id !== "id7" && id !== "id8")),
        );
      }),
    );

    it(
      "keep ids of unusual characters apart",
      on(async (backend) => {
        const ids = ["a", "A", "a*", "a?", "[a]", "a\\", "ä", "a b", "__proto__"];
        for (const id of ids)
          assert.equal(await backend.create(id, Buffer.from(id), 100, soon()), true);
        for (const id of ids)
          assert.deepEqual((await backend.get(id, soon())).record, Buffer.from(id));
        assert.deepEqual(await all(backend), new Set(ids));
      }),
    );

    it(
      "report a backend that works",
      on(async (backend) => {
        const health = await backend.health(soon());
        assert.equal(health.ok, true);
        assert.ok(health.latency >= 0);
      }),
    );

    it(
      "make later operations fail with a named error that nothing was done; closing again does nothing",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        await backend.close();
        await backend.close();
        const step = backend.replace("a", A_RECORD, ANOTHER, 100, soon());
        await assert.rejects(step, (error) => {
          return (
            isRedistoreError(error) &&
            error.code === "ERR_REDISTORE_UNAVAILABLE" &&
            error.outcome === "none"
          );
        });
        assert.equal((await backend.health(soon())).ok, false);
      }),
    );
  });
}

async function all(backend: Backend): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const id of backend.ids()) ids.add(id);
  return ids;
}
