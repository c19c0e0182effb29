// The third part of the backend contract: the index of the sessions of each principal, and the inspection of records.
import assert from "node:assert/strict";
import type { Backend } from "../backends/backend.ts";
import type { Admission, Admitted, Member } from "../backends/principal-index.ts";
import { A_RECORD, ANOTHER, type OnBackend, soon } from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

const ADA = "ada@example.org {}~ \n";

const member = (publicId: string, id: string, at: number): Member => ({ publicId, id, at });

function admit(
  backend: Backend,
  listed: Member,
  options: Partial<Admission> = {},
): Promise<Admitted> {
  const admission = { member: listed, limit: Infinity, without: [], seconds: 1000, ...options };
  return backend.admit(ADA, admission, soon());
}

const ONE = member("one", "a", 1000.001);
const TWO = member("two", "b", 2000.002);

/** Part of {@link backendSuite}, which calls it. */
export function backendIndexSuite({ describe, it }: TestRunner, name: string, on: OnBackend): void {
  describe(`${name}: inspect`, () => {
    it(
      "returns each entry with the time until its record expires",
      on(async (backend, elapse) => {
        await backend.create("a", A_RECORD, 100, soon());
        await backend.create("b", ANOTHER, 300, soon());
        await backend.delete("b", { told: true, owned: true }, 100, soon());
        await elapse(40);
        const [a, b, none] = await backend.inspect(["a", "b", "none"], soon());
        assert.deepEqual(a?.record, A_RECORD);
        assert.ok(a?.secondsLeft !== undefined && a.secondsLeft > 50 && a.secondsLeft <= 60);
        assert.equal(b?.tombstone?.kind, "ended");
        assert.deepEqual([b?.record, b?.secondsLeft], [undefined, undefined]);
        assert.deepEqual(none, { record: undefined, tombstone: undefined, secondsLeft: undefined });
        assert.deepEqual(await backend.inspect([], soon()), []);
      }),
    );
  });

  describe(`${name}: the index of a principal`, () => {
    it(
      "lists the sessions of each principal, the earliest login first, and none of another",
      on(async (backend) => {
        assert.deepEqual(await admit(backend, TWO), { outcome: "admitted", size: 1 });
        assert.deepEqual(await admit(backend, ONE), { outcome: "admitted", size: 2 });
        assert.deepEqual(await backend.members(ADA, soon()), [ONE, TWO]);
        assert.deepEqual(await backend.members("bob", soon()), []);
      }),
    );

    it(
      "lists a session once, however often it is let in",
      on(async (backend) => {
        await admit(backend, ONE);
        assert.deepEqual(await admit(backend, ONE), { outcome: "admitted", size: 1 });
        assert.deepEqual(await backend.members(ADA, soon()), [ONE]);
      }),
    );

    it(
      "is no session, and is not listed as one",
      on(async (backend) => {
        await admit(backend, ONE);
        const ids: string[] = [];
        for await (const id of backend.ids()) ids.push(id);
        assert.deepEqual(ids, []);
      }),
    );

    it(
      "removes members that are dismissed, and may do so again",
      on(async (backend) => {
        await admit(backend, ONE);
        await admit(backend, TWO);
        await backend.dismiss(ADA, [ONE], soon());
        await backend.dismiss(ADA, [ONE], soon());
        await backend.dismiss(ADA, [], soon());
        assert.deepEqual(await backend.members(ADA, soon()), [TWO]);
        // A session that was listed anew since stays, however late the dismissal is.
        await admit(backend, { ...TWO, at: 5000 });
        await backend.dismiss(ADA, [TWO], soon());
        assert.deepEqual(await backend.members(ADA, soon()), [{ ...TWO, at: 5000 }]);
      }),
    );

    it(
      "gives the later of the two times to a session that goes on from a listed one",
      on(async (backend) => {
        await admit(backend, ONE);
        await admit(backend, member("one", "c", 5), { inherits: "a" });
        await admit(backend, member("one", "d", 3000), { inherits: "a" });
        const listed = [ONE, member("one", "c", ONE.at), member("one", "d", 3000)];
        assert.deepEqual(await backend.members(ADA, soon()), listed);
      }),
    );

    it(
      "is full at the limit for a session with another public id only",
      on(async (backend) => {
        await admit(backend, ONE);
        await admit(backend, TWO);
        const three = member("three", "c", 3000);
        const full = { outcome: "full", members: [ONE, TWO] };
        assert.deepEqual(await admit(backend, three, { limit: 2 }), full);
        const again = member("two", "d", 3000);
        const admitted = { outcome: "admitted", size: 3 };
        assert.deepEqual(await admit(backend, again, { limit: 2, inherits: "b" }), admitted);
        assert.deepEqual(await admit(backend, three, { limit: 2, without: [ONE] }), admitted);
      }),
    );

    it(
      "lets no session in whose login was before the bar, unless it goes on from a listed one",
      on(async (backend) => {
        await admit(backend, ONE);
        assert.deepEqual(await backend.bar(ADA, { at: 2000, seconds: 1000 }, soon()), [ONE]);
        assert.deepEqual(await admit(backend, member("old", "c", 1999.9)), { outcome: "refused" });
        const inherits = member("one", "d", 1);
        const { outcome } = await admit(backend, inherits, { inherits: "a" });
        assert.equal(outcome, "admitted");
        await backend.dismiss(ADA, [ONE, { ...inherits, at: ONE.at }], soon());
        assert.deepEqual(await admit(backend, inherits, { inherits: "a" }), { outcome: "refused" });
        const newer = member("new", "e", 2000);
        assert.deepEqual(await admit(backend, newer), { outcome: "admitted", size: 1 });
        assert.deepEqual(await backend.members(ADA, soon()), [newer]);
      }),
    );

    it(
      "returns all members but the excepted one, which it lifts to the bar, and never lowers the bar",
      on(async (backend) => {
        await admit(backend, ONE);
        await admit(backend, TWO);
        const late = member("late", "z", 9000);
        await admit(backend, late);
        const bar = { at: 4000, except: "two", seconds: 1000 };
        assert.deepEqual(await backend.bar(ADA, bar, soon()), [ONE, late]);
        const lifted = member("two", "b", 4000);
        assert.deepEqual(await backend.members(ADA, soon()), [ONE, lifted, late]);
        await backend.bar(ADA, { at: 3000, seconds: 1000 }, soon());
        assert.deepEqual(await admit(backend, member("old", "c", 3500)), { outcome: "refused" });
      }),
    );

    it(
      "is kept as long as the last step that asked for it, and as the longest",
      on(async (backend, elapse) => {
        await admit(backend, ONE, { seconds: 200 });
        await admit(backend, TWO, { seconds: 100 });
        await elapse(150);
        assert.equal((await backend.members(ADA, soon())).length, 2);
        await elapse(60);
        assert.deepEqual(await backend.members(ADA, soon()), []);
        await backend.bar(ADA, { at: 2000, seconds: 100 }, soon());
        await elapse(110);
        assert.equal((await admit(backend, ONE)).outcome, "admitted");
      }),
    );
  });
}
