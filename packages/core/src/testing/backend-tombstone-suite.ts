// The part of the backend contract on tombstones: what they say, how long they stay, and that they outweigh records.
import assert from "node:assert/strict";
import {
  A_RECORD,
  ANOTHER,
  LOGOUT,
  NOTHING,
  REVOCATION,
  TO_B,
  TO_C,
  soon,
  undated,
  type OnBackend,
} from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

/** Part of {@link backendSuite}, which calls it. */
export function backendTombstoneSuite(
  { describe, it }: TestRunner,
  name: string,
  on: OnBackend,
): void {
  describe(`${name}: tombstones`, () => {
    it(
      "are dated by the backend's clock, later ones no earlier",
      on(async (backend) => {
        const times: number[] = [];
        for (const id of ["a", "b", "c"]) {
          await backend.create(id, A_RECORD, 1000, soon());
          await (id === "b"
            ? backend.retire(id, A_RECORD, TO_C, 100, soon())
            : backend.delete(id, LOGOUT, 100, soon()));
          times.push((await backend.get(id, soon())).tombstone?.at ?? Number.NaN);
        }
        assert.ok(times.every((at) => Number.isFinite(at)));
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
        );
      }),
    );

    it(
      "let no record be created or replaced beside them",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.delete("a", REVOCATION, 100, soon());
        await backend.create("b", A_RECORD, 1000, soon());
        await backend.retire("b", A_RECORD, TO_C, 100, soon());
        for (const id of ["a", "b"]) {
          const { tombstone } = await backend.get(id, soon());
          assert.equal(await backend.create(id, A_RECORD, 1000, soon()), false);
          for (const expected of [A_RECORD, undefined]) {
            const result = await backend.replace(id, expected, ANOTHER, 1000, soon());
            assert.deepEqual(result, { outcome: "gone", tombstone });
          }
          assert.deepEqual(await backend.get(id, soon()), { record: undefined, tombstone });
        }
      }),
    );

    it(
      "outweigh a record that another program writes beside them",
      on(async (backend, elapse, write) => {
        if (!write) return; // No other program can write to this backend.
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        const { tombstone } = await backend.get("a", soon());
        await write("a", ANOTHER, 200);
        assert.deepEqual(await backend.get("a", soon()), { record: ANOTHER, tombstone });
        assert.equal(await backend.create("a", A_RECORD, 1000, soon()), false);
        for (const expected of [ANOTHER, undefined]) {
          const result = await backend.replace("a", expected, A_RECORD, 1000, soon());
          assert.deepEqual(result, { outcome: "gone", tombstone });
        }
        const retired = await backend.retire("a", ANOTHER, TO_C, 100, soon());
        assert.deepEqual(retired, { outcome: "gone", tombstone });
        assert.deepEqual(await backend.touch("a", 5000, soon()), { record: ANOTHER, tombstone });
        await elapse(150);
        const present = await backend.get("a", soon());
        assert.deepEqual(present, { record: ANOTHER, tombstone: undefined });
        await elapse(100);
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "stay when a record that another program wrote beside them is deleted",
      on(async (backend, _elapse, write) => {
        if (!write) return; // No other program can write to this backend.
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        const { tombstone } = await backend.get("a", soon());
        await write("a", ANOTHER, 200);
        const deletion = await backend.delete("a", LOGOUT, 100, soon());
        assert.deepEqual(deletion, { deleted: true, tombstone });
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, tombstone });
      }),
    );

    it(
      "keep a successor's id of any characters, and a grace with a fraction",
      on(async (backend) => {
        for (const successor of [TO_B, TO_C]) {
          const odd = {
            ...successor,
            to: "an id: ä ~ \n * 5",
            grace: successor.grace && 0.25,
          };
          await backend.create(odd.kind, A_RECORD, 1000, soon());
          await backend.retire(odd.kind, A_RECORD, odd, 100, soon());
          assert.deepEqual(undated((await backend.get(odd.kind, soon())).tombstone), odd);
          const repeated = await backend.retire(odd.kind, A_RECORD, odd, 100, soon());
          assert.deepEqual(repeated, { outcome: "done" });
        }
      }),
    );
  });
}
