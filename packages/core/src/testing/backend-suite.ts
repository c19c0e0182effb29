// The contract of a backend as tests: every implementation has to pass them. Here get, create, touch and replace.
import assert from "node:assert/strict";
import { backendActivitySuite } from "./backend-activity-suite.ts";
import { backendEndingSuite } from "./backend-ending-suite.ts";
import { backendListingSuite } from "./backend-listing-suite.ts";
import { backendTombstoneSuite } from "./backend-tombstone-suite.ts";
import { backendIndexSuite } from "./backend-index-suite.ts";
import {
  A_RECORD,
  ANOTHER,
  type BackendUnderTest,
  NOTHING,
  type OnBackend,
  RAW,
  soon,
} from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

/**
 * Tests a backend:
 *
 * ```ts
 * backendSuite({ describe, it }, "my backend", async () => ({ backend: openMine(), elapse: letTimePass }));
 * ```
 *
 * @param open is called for each test; no other program may use the backend that it returns
 */
export function backendSuite(
  { describe, it }: TestRunner,
  name: string,
  open: () => Promise<BackendUnderTest>,
): void {
  const on: OnBackend = (test) => async () => {
    const subject = await open();
    try {
      const write = subject.write?.bind(subject);
      await test(subject.backend, (seconds) => subject.elapse(seconds), write);
    } finally {
      await subject.backend.close();
      await subject.dispose?.();
    }
  };

  describe(`${name}: get and create`, () => {
    it(
      "find nothing under an id that was never used",
      on(async (backend) => {
        assert.deepEqual(await backend.get("a", soon()), NOTHING);
      }),
    );

    it(
      "return the bytes that were stored, whatever they are",
      on(async (backend) => {
        for (const [id, record] of Object.entries({
          text: A_RECORD,
          raw: RAW,
          empty: Buffer.alloc(0),
        })) {
          assert.equal(await backend.create(id, record, 100, soon()), true);
          assert.deepEqual((await backend.get(id, soon())).record, record);
        }
      }),
    );

    it(
      "accept a part of a larger buffer",
      on(async (backend) => {
        await backend.create("a", RAW.subarray(7, 27), 100, soon());
        assert.deepEqual((await backend.get("a", soon())).record, RAW.subarray(7, 27));
      }),
    );

    it(
      "copy: changing bytes that were passed in or returned changes nothing that is stored",
      on(async (backend) => {
        const record = Buffer.from(A_RECORD);
        await backend.create("a", record, 100, soon());
        record.fill(0);
        (await backend.get("a", soon())).record?.fill(0);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
      }),
    );

    it(
      "create nothing if there is a record, and leave its bytes and expiry",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 100, soon());
        assert.equal(await backend.create("a", ANOTHER, 1000, soon()), false);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
        await elapse(110);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "keep a record until its expiry, and can create it again afterwards",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 100, soon());
        await elapse(90);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
        await elapse(20);
        assert.equal((await backend.get("a", soon())).record, undefined);
        assert.equal(await backend.create("a", ANOTHER, 100, soon()), true);
      }),
    );

    it(
      "let exactly one of many concurrent creations succeed",
      on(async (backend) => {
        const attempts = Array.from({ length: 20 }, (_, index) =>
          backend.create("a", Buffer.from([index]), 100, soon()),
        );
        const created = await Promise.all(attempts);
        assert.equal(created.filter(Boolean).length, 1);
        assert.deepEqual(
          (await backend.get("a", soon())).record,
          Buffer.from([created.indexOf(true)]),
        );
      }),
    );
  });

  describe(`${name}: touch`, () => {
    it(
      "returns the same as get, and raises the expiry",
      on(async (backend, elapse) => {
        await backend.create("a", RAW, 100, soon());
        const entry = await backend.touch("a", 1000, soon());
        assert.deepEqual(entry, { record: RAW, tombstone: undefined });
        await elapse(900);
        assert.deepEqual((await backend.get("a", soon())).record, RAW);
        await elapse(110);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "never lowers an expiry",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 1000, soon());
        await backend.touch("a", 100, soon());
        await elapse(900);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
      }),
    );

    it(
      "creates nothing",
      on(async (backend) => {
        assert.deepEqual(await backend.touch("a", 1000, soon()), NOTHING);
        assert.equal(await backend.create("a", A_RECORD, 100, soon()), true);
      }),
    );
  });

  describe(`${name}: replace`, () => {
    it(
      "stores in place of the expected record, with a new expiry",
      on(async (backend, elapse) => {
        await backend.create("a", RAW, 100, soon());
        const result = await backend.replace("a", RAW, ANOTHER, 1000, soon());
        assert.deepEqual(result, { outcome: "done" });
        await elapse(900);
        assert.deepEqual((await backend.get("a", soon())).record, ANOTHER);
      }),
    );

    it(
      "stores in place of any record if none is expected",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        const result = await backend.replace("a", undefined, RAW, 100, soon());
        assert.deepEqual(result, { outcome: "done" });
        assert.deepEqual((await backend.get("a", soon())).record, RAW);
      }),
    );

    it(
      "changes neither bytes nor expiry of another record, and returns it",
      on(async (backend, elapse) => {
        await backend.create("a", RAW, 100, soon());
        const almost = Buffer.from(RAW);
        almost[200] = 0;
        const result = await backend.replace("a", almost, ANOTHER, 1000, soon());
        assert.deepEqual(result, { outcome: "changed", record: RAW });
        assert.deepEqual((await backend.get("a", soon())).record, RAW);
        await elapse(110);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "distinguishes an empty record from none",
      on(async (backend) => {
        await backend.create("a", Buffer.alloc(0), 100, soon());
        assert.deepEqual(await backend.replace("a", A_RECORD, ANOTHER, 100, soon()), {
          outcome: "changed",
          record: Buffer.alloc(0),
        });
        assert.deepEqual(await backend.replace("a", Buffer.alloc(0), ANOTHER, 100, soon()), {
          outcome: "done",
        });
      }),
    );

    it(
      "creates nothing",
      on(async (backend) => {
        for (const expected of [A_RECORD, undefined]) {
          const result = await backend.replace("a", expected, ANOTHER, 100, soon());
          assert.deepEqual(result, { outcome: "gone", tombstone: undefined });
        }
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "lets exactly one of many concurrent writers with the same expectation succeed",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        const attempts = Array.from({ length: 20 }, (_, index) =>
          backend.replace("a", A_RECORD, Buffer.from([index]), 100, soon()),
        );
        const done = (await Promise.all(attempts)).map(({ outcome }) => outcome === "done");
        assert.equal(done.filter(Boolean).length, 1);
        assert.deepEqual(
          (await backend.get("a", soon())).record,
          Buffer.from([done.indexOf(true)]),
        );
      }),
    );
  });

  backendEndingSuite({ describe, it }, name, on);
  backendTombstoneSuite({ describe, it }, name, on);
  backendListingSuite({ describe, it }, name, on);
  backendIndexSuite({ describe, it }, name, on);
  backendActivitySuite({ describe, it }, name, on);
}
