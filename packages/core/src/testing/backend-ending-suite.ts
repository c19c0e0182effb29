// The second half of the backend contract: how records end, what stays behind, and how the backend itself ends.
import assert from "node:assert/strict";
import type { Backend } from "../backends/backend.ts";
import type { Mark } from "../backends/tombstone.ts";
import { isRedistoreError } from "../errors.ts";
import { A_RECORD, ANOTHER, soon, type WithBackend } from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

const DEAD: Mark = { to: undefined };
const TO_B: Mark = { to: "b", until: 1_900_000_000 };
const TO_C: Mark = { to: "c", until: 0 };

/** Part of {@link backendSuite}, which calls it. */
export function backendEndingSuite(
  { describe, it }: TestRunner,
  name: string,
  on: WithBackend,
): void {
  describe(`${name}: retire`, () => {
    it(
      "puts the mark in the place of the expected record, for its seconds",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 1000, soon());
        assert.deepEqual(await backend.retire("a", A_RECORD, TO_B, 100, soon()), {
          outcome: "done",
        });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: TO_B });
        await elapse(90);
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: TO_B });
        await elapse(20);
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: undefined });
      }),
    );

    it(
      "may be repeated: where exactly its mark lies it is done",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(await backend.retire("a", A_RECORD, TO_B, 100, soon()), {
          outcome: "done",
        });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: TO_B });
      }),
    );

    it(
      "gives way to another mark, also over a matching record",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        await backend.create("a", A_RECORD, 1000, soon());
        assert.deepEqual(await backend.retire("a", A_RECORD, TO_C, 100, soon()), {
          outcome: "gone",
          mark: TO_B,
        });
        assert.deepEqual((await backend.get("a", soon())).mark, TO_B);
      }),
    );

    it(
      "leaves another record alone, and gives it back",
      on(async (backend) => {
        await backend.create("a", ANOTHER, 1000, soon());
        const result = await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(result, { outcome: "changed", record: ANOTHER });
        assert.deepEqual(await backend.get("a", soon()), { record: ANOTHER, mark: undefined });
      }),
    );

    it(
      "marks nothing where there is no record",
      on(async (backend) => {
        assert.deepEqual(await backend.retire("a", A_RECORD, TO_B, 100, soon()), {
          outcome: "gone",
          mark: undefined,
        });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: undefined });
      }),
    );

    it(
      "lets exactly one of many win that retire in favour of different ids",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        const marks = Array.from({ length: 20 }, (_, index) => ({ to: `b${index}`, until: 0 }));
        const results = await Promise.all(
          marks.map((mark) => backend.retire("a", A_RECORD, mark, 100, soon())),
        );
        const won = results.findIndex(({ outcome }) => outcome === "done");
        assert.equal(results.filter(({ outcome }) => outcome === "done").length, 1);
        assert.deepEqual((await backend.get("a", soon())).mark, marks[won]);
      }),
    );
  });

  describe(`${name}: delete`, () => {
    it(
      "leaves a dead mark in the place of a record, for its seconds",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 1000, soon());
        assert.deepEqual(await backend.delete("a", 100, soon()), {
          deleted: true,
          mark: undefined,
        });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: DEAD });
        await elapse(110);
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: undefined });
      }),
    );

    it(
      "may be repeated, and then gives the mark",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.delete("a", 100, soon());
        assert.deepEqual(await backend.delete("a", 100, soon()), { deleted: false, mark: DEAD });
      }),
    );

    it(
      "marks nothing where there was no record",
      on(async (backend) => {
        assert.deepEqual(await backend.delete("a", 100, soon()), {
          deleted: false,
          mark: undefined,
        });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: undefined });
      }),
    );

    it(
      "lets a mark stand and gives it, also when it deletes a record under it",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(await backend.delete("a", 100, soon()), { deleted: false, mark: TO_B });
        await backend.create("a", ANOTHER, 1000, soon());
        assert.deepEqual(await backend.delete("a", 100, soon()), { deleted: true, mark: TO_B });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: TO_B });
      }),
    );
  });

  describe(`${name}: marks`, () => {
    it(
      "rule over records: neither a matching nor any record is replaced under one",
      on(async (backend) => {
        for (const [id, mark] of [
          ["a", DEAD],
          ["b", TO_C],
        ] as const) {
          await backend.create(id, A_RECORD, 1000, soon());
          await backend.retire(id, A_RECORD, mark, 100, soon());
          await backend.create(id, A_RECORD, 1000, soon());
          for (const expected of [A_RECORD, undefined]) {
            const result = await backend.replace(id, expected, ANOTHER, 1000, soon());
            assert.deepEqual(result, { outcome: "gone", mark });
          }
          assert.deepEqual(await backend.get(id, soon()), { record: A_RECORD, mark });
        }
      }),
    );

    it(
      "keep an id of any characters",
      on(async (backend) => {
        const mark: Mark = { to: "an id: ä ~ \n *", until: 12 };
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, mark, 100, soon());
        assert.deepEqual((await backend.get("a", soon())).mark, mark);
      }),
    );
  });

  describe(`${name}: ids, health and close`, () => {
    it(
      "lists every id that has a record, and no mark",
      on(async (backend) => {
        const ids = Array.from({ length: 2500 }, (_, index) => `id${index}`);
        await Promise.all(ids.map((id) => backend.create(id, A_RECORD, 100, soon())));
        await backend.delete("id7", 100, soon());
        await backend.retire("id8", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(
          await all(backend),
          new Set(ids.filter((id) => id !== "id7" && id !== "id8")),
        );
      }),
    );

    it(
      "keeps ids of unusual characters apart",
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
      "is well while it is open",
      on(async (backend) => {
        const health = await backend.health(soon());
        assert.equal(health.ok, true);
        assert.ok(health.latency >= 0);
      }),
    );

    it(
      "does nothing once it is closed, and says so; closing again is nothing",
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
