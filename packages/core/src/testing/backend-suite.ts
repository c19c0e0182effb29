// The contract of a backend as tests: what every implementation of it has to pass.
import assert from "node:assert/strict";
import { backendEndingSuite } from "./backend-ending-suite.ts";
import {
  A_RECORD,
  ANOTHER,
  type BackendUnderTest,
  RAW,
  soon,
  type WithBackend,
} from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

/** Tests a backend; `open` is called for each test and gives one that nobody else writes to. */
export function backendSuite(
  { describe, it }: TestRunner,
  name: string,
  open: () => Promise<BackendUnderTest>,
): void {
  const on: WithBackend = (test) => async () => {
    const subject = await open();
    try {
      await test(subject.backend, (seconds) => subject.elapse(seconds));
    } finally {
      await subject.backend.close();
      await subject.dispose?.();
    }
  };

  describe(`${name}: get and create`, () => {
    it(
      "finds nothing under an id that was never used",
      on(async (backend) => {
        assert.deepEqual(await backend.get("a", soon()), { record: undefined, mark: undefined });
      }),
    );

    it(
      "gives back the bytes that were stored, whatever they are",
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
      "takes any Uint8Array, also a part of a larger one",
      on(async (backend) => {
        await backend.create("a", new Uint8Array(RAW.buffer, RAW.byteOffset + 7, 20), 100, soon());
        assert.deepEqual((await backend.get("a", soon())).record, RAW.subarray(7, 27));
      }),
    );

    it(
      "keeps what it stores to itself: changing the bytes that came or went changes nothing",
      on(async (backend) => {
        const record = Buffer.from(A_RECORD);
        await backend.create("a", record, 100, soon());
        record.fill(0);
        (await backend.get("a", soon())).record?.fill(0);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
      }),
    );

    it(
      "creates nothing where there is a record, and leaves that one its bytes and expiry",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 100, soon());
        assert.equal(await backend.create("a", ANOTHER, 1000, soon()), false);
        assert.deepEqual((await backend.get("a", soon())).record, A_RECORD);
        await elapse(110);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "keeps a record for its seconds and no longer, and can create it again after",
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
      "lets exactly one of many creations at once win",
      on(async (backend) => {
        const tries = Array.from({ length: 20 }, (_, index) =>
          backend.create("a", Buffer.from([index]), 100, soon()),
        );
        const won = await Promise.all(tries);
        assert.equal(won.filter(Boolean).length, 1);
        assert.deepEqual((await backend.get("a", soon())).record, Buffer.from([won.indexOf(true)]));
      }),
    );
  });

  describe(`${name}: touch`, () => {
    it(
      "gives what get gives, and lets the record live longer",
      on(async (backend, elapse) => {
        await backend.create("a", RAW, 100, soon());
        assert.deepEqual(await backend.touch("a", 1000, soon()), { record: RAW, mark: undefined });
        await elapse(900);
        assert.deepEqual((await backend.get("a", soon())).record, RAW);
        await elapse(110);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "never shortens a life",
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
        assert.deepEqual(await backend.touch("a", 1000, soon()), {
          record: undefined,
          mark: undefined,
        });
        assert.equal(await backend.create("a", A_RECORD, 100, soon()), true);
      }),
    );

    it(
      "prolongs neither a mark nor a record that a mark rules over",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 100, soon());
        await backend.delete("a", 100, soon());
        await backend.create("a", ANOTHER, 200, soon());
        assert.deepEqual(await backend.touch("a", 1000, soon()), {
          record: ANOTHER,
          mark: { to: undefined },
        });
        await elapse(150);
        assert.deepEqual(await backend.get("a", soon()), { record: ANOTHER, mark: undefined });
        await elapse(100);
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );
  });

  describe(`${name}: replace`, () => {
    it(
      "stores over the expected record, with an expiry of its own",
      on(async (backend, elapse) => {
        await backend.create("a", RAW, 100, soon());
        assert.deepEqual(await backend.replace("a", RAW, ANOTHER, 1000, soon()), {
          outcome: "done",
        });
        await elapse(900);
        assert.deepEqual((await backend.get("a", soon())).record, ANOTHER);
      }),
    );

    it(
      "stores over any record where none is expected",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        assert.deepEqual(await backend.replace("a", undefined, RAW, 100, soon()), {
          outcome: "done",
        });
        assert.deepEqual((await backend.get("a", soon())).record, RAW);
      }),
    );

    it(
      "writes nothing over another record, and gives it back",
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
      "tells an empty record from none",
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
      "brings nothing into being",
      on(async (backend) => {
        for (const expected of [A_RECORD, undefined]) {
          const result = await backend.replace("a", expected, ANOTHER, 100, soon());
          assert.deepEqual(result, { outcome: "gone", mark: undefined });
        }
        assert.equal((await backend.get("a", soon())).record, undefined);
      }),
    );

    it(
      "lets exactly one of many writers win that expect the same",
      on(async (backend) => {
        await backend.create("a", A_RECORD, 100, soon());
        const tries = Array.from({ length: 20 }, (_, index) =>
          backend.replace("a", A_RECORD, Buffer.from([index]), 100, soon()),
        );
        const won = (await Promise.all(tries)).map(({ outcome }) => outcome === "done");
        assert.equal(won.filter(Boolean).length, 1);
        assert.deepEqual((await backend.get("a", soon())).record, Buffer.from([won.indexOf(true)]));
      }),
    );
  });

  backendEndingSuite({ describe, it }, name, on);
}
