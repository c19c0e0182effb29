// The part of the backend contract on how a record ends: retire and delete.
import assert from "node:assert/strict";
import type { Successor } from "../backends/tombstone.ts";
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
export function backendEndingSuite(
  { describe, it }: TestRunner,
  name: string,
  on: OnBackend,
): void {
  describe(`${name}: retire`, () => {
    it(
      "leaves a tombstone in place of the expected record, until the tombstone expires",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 1000, soon());
        const result = await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(result, { outcome: "done" });
        assert.equal((await backend.get("a", soon())).record, undefined);
        assert.deepEqual(undated((await backend.get("a", soon())).tombstone), TO_B);
        await elapse(90);
        assert.deepEqual(undated((await backend.get("a", soon())).tombstone), TO_B);
        await elapse(20);
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "is done if it is repeated: it knows its tombstone by kind and successor, and leaves the time",
      on(async (backend) => {
        for (const successor of [TO_B, TO_C]) {
          const id = successor.kind;
          await backend.create(id, A_RECORD, 1000, soon());
          await backend.retire(id, A_RECORD, successor, 100, soon());
          const { tombstone } = await backend.get(id, soon());
          await new Promise((resolve) => setTimeout(resolve, 5));
          const repeated = await backend.retire(id, A_RECORD, successor, 100, soon());
          assert.deepEqual(repeated, { outcome: "done" });
          assert.deepEqual(await backend.get(id, soon()), { record: undefined, tombstone });
        }
      }),
    );

    it(
      "is gone if there is another tombstone, of another successor or another kind",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        const others: Successor[] = [
          TO_C,
          { ...TO_B, to: "c" },
          { ...TO_B, to: "" },
          { ...TO_B, kind: "login", grace: 0 },
          { ...TO_C, to: `60 ${TO_B.to}` },
        ];
        for (const other of others) {
          const result = await backend.retire("a", A_RECORD, other, 100, soon());
          assert.equal(result.outcome, "gone");
          assert.deepEqual("tombstone" in result && undated(result.tombstone), TO_B);
        }
        assert.deepEqual(undated((await backend.get("a", soon())).tombstone), TO_B);
      }),
    );

    it(
      "changes nothing if there is another record, and returns it",
      on(async (backend) => {
        await backend.create("a", ANOTHER, 1000, soon());
        const result = await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(result, { outcome: "changed", record: ANOTHER });
        assert.deepEqual(await backend.get("a", soon()), { record: ANOTHER, tombstone: undefined });
      }),
    );

    it(
      "leaves no tombstone if there is no record",
      on(async (backend) => {
        const result = await backend.retire("a", A_RECORD, TO_B, 100, soon());
        assert.deepEqual(result, { outcome: "gone", tombstone: undefined });
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "lets exactly one of many concurrent retirements with different successors succeed",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        const successors = Array.from({ length: 20 }, (_, index) => ({ ...TO_B, to: `b${index}` }));
        const results = await Promise.all(
          successors.map((successor) => backend.retire("a", A_RECORD, successor, 100, soon())),
        );
        const done = results.findIndex(({ outcome }) => outcome === "done");
        assert.equal(results.filter(({ outcome }) => outcome === "done").length, 1);
        assert.deepEqual(undated((await backend.get("a", soon())).tombstone), successors[done]);
      }),
    );
  });

  describe(`${name}: delete`, () => {
    it(
      "leaves a tombstone that tells who ended the session, until the tombstone expires",
      on(async (backend, elapse) => {
        for (const [id, ending] of Object.entries({ a: LOGOUT, b: REVOCATION })) {
          await backend.create(id, A_RECORD, 1000, soon());
          const deletion = await backend.delete(id, ending, 100, soon());
          assert.deepEqual(deletion, { deleted: true, tombstone: undefined });
          const { record, tombstone } = await backend.get(id, soon());
          assert.equal(record, undefined);
          assert.deepEqual(undated(tombstone), { kind: "ended", ...ending });
        }
        await elapse(110);
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "may be repeated, and returns the tombstone, which stays as it was",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.delete("a", LOGOUT, 100, soon());
        const { tombstone } = await backend.get("a", soon());
        const repeated = await backend.delete("a", REVOCATION, 100, soon());
        assert.deepEqual(repeated, { deleted: false, tombstone });
        assert.deepEqual((await backend.get("a", soon())).tombstone, tombstone);
      }),
    );

    it(
      "leaves no tombstone if there was no record",
      on(async (backend) => {
        const deletion = await backend.delete("a", LOGOUT, 100, soon());
        assert.deepEqual(deletion, { deleted: false, tombstone: undefined });
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "returns a tombstone that names a successor, and leaves it",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.retire("a", A_RECORD, TO_B, 100, soon());
        const { deleted, tombstone } = await backend.delete("a", LOGOUT, 100, soon());
        assert.equal(deleted, false);
        assert.deepEqual(undated(tombstone), TO_B);
        assert.deepEqual(undated((await backend.get("a", soon())).tombstone), TO_B);
      }),
    );
  });
}
