// The part of the backend contract about records that are used: how reading moves their expiry.
import assert from "node:assert/strict";
import type { Activity } from "../backends/activity.ts";
import { type OnBackend, soon } from "./backend-under-test.ts";
import type { TestRunner } from "./test-runner.ts";

const NOW = 1_700_000_000.25;
const ACTIVITY: Activity = {
  seconds: 1000,
  browserSeconds: 500,
  anonymousSeconds: Infinity,
  absoluteSeconds: Infinity,
  every: undefined,
  now: NOW,
};

/** Records as serializers write them: metadata as text in JSON, and as plain text among other bytes. */
const forms = (metadata: object): Buffer[] => [
  Buffer.from(JSON.stringify({ a: 1, _redistore: JSON.stringify(metadata) })),
  Buffer.from(`\u00ff\u0000_redistore"${JSON.stringify(metadata)}\u0000`, "latin1"),
];

/** What a record names, the activity, and the seconds for which the record lives after it was used 400 seconds before its end. */
const CASES: readonly (readonly [string, object, Partial<Activity>, number])[] = [
  ["that names nothing", {}, {}, 1000],
  ["with a lifetime of its own", { maxAge: 700 }, {}, 700],
  ["that lasts until the browser closes", { maxAge: 0 }, {}, 500],
  ["without a principal, up to its limit", { label: "x" }, { anonymousSeconds: 600 }, 600],
  ["with a principal, without that limit", { principal: "ada" }, { anonymousSeconds: 600 }, 1000],
  ["up to the absolute timeout", { created: NOW - 100 }, { absoluteSeconds: 700 }, 600],
  [
    "up to the absolute timeout since the login",
    { principal: "ada", created: NOW - 900, authenticated: NOW - 100.5 },
    { absoluteSeconds: 700 },
    599.5,
  ],
  ["not if it would be a little longer only", {}, { seconds: 420 }, 400],
  ["only after a time that is given", {}, { every: 1300 }, 400],
  ["after a time that is given", {}, { every: 1100 }, 1000],
  ["never to an earlier end", { maxAge: 60 }, {}, 400],
];

/** Part of `backendSuite`, which calls it. */
export function backendActivitySuite(
  { describe, it }: TestRunner,
  name: string,
  on: OnBackend,
): void {
  describe(`${name}: roll`, () => {
    for (const [subject, metadata, activity, expected] of CASES) {
      it(
        `moves the expiry of a record ${subject}`,
        on(async (backend) => {
          for (const [index, record] of forms(metadata).entries()) {
            const id = `a${index}`;
            await backend.create(id, record, 400, soon());
            const used = await backend.roll(id, { ...ACTIVITY, ...activity }, soon());
            assert.deepEqual([used.record, used.tombstone], [record, undefined]);
            assertNear(used.secondsLeft, expected);
            const [inspected] = await backend.inspect([id], soon());
            assertNear(inspected?.secondsLeft, expected);
          }
        }),
      );
    }

    it(
      "creates nothing, and moves nothing beside a tombstone",
      on(async (backend, _elapse, write) => {
        const none = await backend.roll("a", ACTIVITY, soon());
        assert.deepEqual(none, { record: undefined, tombstone: undefined, secondsLeft: undefined });
        const [record] = forms({}) as [Buffer];
        await backend.create("a", record, 400, soon());
        await backend.delete("a", { told: true, owned: false }, 100, soon());
        await write?.("a", record, 400);
        const ended = await backend.roll("a", ACTIVITY, soon());
        assert.equal(ended.tombstone?.kind, "ended");
        assertNear(ended.secondsLeft, write && ended.record ? 400 : undefined);
      }),
    );
  });
}

function assertNear(seconds: number | undefined, expected: number | undefined): void {
  const isNear =
    expected === undefined
      ? seconds === undefined
      : seconds !== undefined && Math.abs(seconds - expected) < 5;
  assert.ok(isNear, `${seconds} seconds are left, and not about ${expected}`);
}
