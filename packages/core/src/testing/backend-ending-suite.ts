// The second half of the backend contract: how records end, which tombstones they leave, and how the backend itself closes.
import assert from "node:assert/strict";
import type { Backend } from "../backends/backend.ts";
import type { Ending, Successor, Tombstone } from "../backends/tombstone.ts";
import { isRedistoreError } from "../errors.ts";
import { A_RECORD, ANOTHER, NOTHING, type OnBackend, soon } from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

const LOGOUT: Ending = { told: true, owned: true };
const REVOCATION: Ending = { told: false, owned: false };
const TO_B: Successor = { kind: "renewed", to: "b", grace: 60, told: true, owned: true };
const TO_C: Successor = { kind: "login", to: "c", grace: 0, told: true, owned: false };

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

/** The tombstone without its time. */
function undated(tombstone: Tombstone | undefined): unknown {
  if (!tombstone) return undefined;
  const { at: _, ...rest } = tombstone;
  return rest;
}

async function all(backend: Backend): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const id of backend.ids()) ids.add(id);
  return ids;
}
