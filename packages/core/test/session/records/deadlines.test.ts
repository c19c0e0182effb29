// The deadline of an operation: what fails at it, and with what error.
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { ConflictError, StoreUnavailableError } from "../../../src/errors.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession, type StoredSession, type Values } from "./stored-session.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";

const OPERATION_SECONDS = 0.05;

/** Resolves when the deadline of every operation that has begun by now has passed. */
async function deadlinePassed(): Promise<void> {
  const deadline = new Deadline(OPERATION_SECONDS);
  while (deadline.remaining() > 0) await delay(deadline.remaining());
}

async function loadThree(): Promise<{
  session: StoredSession;
  process: SteppingBackend;
  records: SessionRecord<Values>[];
}> {
  const session = await storeSession({ a: 0 });
  const process = new SteppingBackend(session.backend);
  const settings = { operationTimeout: OPERATION_SECONDS };
  const all = makeRecords(process, settings);
  const loading = Promise.all([1, 2, 3].map(() => all.load(session.id)));
  await finish(process, loading);
  return { session, process, records: await loading };
}

async function writeElsewhere(session: StoredSession, values: Values): Promise<void> {
  const other = await session.loadElsewhere();
  Object.assign(other.values, values);
  await other.save();
}

describe("at its deadline", () => {
  it("a save that others were always faster than is a conflict", async () => {
    const { session, process, records } = await loadThree();
    const [record] = records as [SessionRecord<Values>];
    record.values["a"] = 1;
    const saving = rejection(record.save());
    await writeElsewhere(session, { b: 1 });
    await deadlinePassed();
    await take(process, "replace");
    const failure = await saving;
    expect(failure).toBeInstanceOf(ConflictError);
    expect(String(failure)).toContain("withOperationTimeout");
    expect(await session.stored()).toEqual({ a: 0, b: 1 });
  });

  it("a save that waited all the time was not stored, and may be repeated", async () => {
    const { session, process, records } = await loadThree();
    const [first, second] = records as [SessionRecord<Values>, SessionRecord<Values>];
    first.values["b"] = 1;
    second.values["c"] = 1;
    const saving = [first.save(), rejection(second.save())];
    await deadlinePassed();
    await take(process, "replace");
    expect(await saving[0]).toBe(true);
    const failure = await saving[1];
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure).toMatchObject({ outcome: "none" });
    expect(process.pending).toEqual([]);
    await finish(process, second.save());
    expect(await session.stored()).toEqual({ a: 0, b: 1, c: 1 });
  });

  it("the late are left out, and those that have time go on", async () => {
    const { session, process, records } = await loadThree();
    const [first, late, inTime] = records as [
      SessionRecord<Values>,
      SessionRecord<Values>,
      SessionRecord<Values>,
    ];
    first.values["b"] = 1;
    late.values["c"] = 1;
    inTime.values["d"] = 1;
    const saving = [first.save(), rejection(late.save())];
    await deadlinePassed();
    const last = inTime.save();
    await take(process, "replace");
    expect(await saving[1]).toBeInstanceOf(StoreUnavailableError);
    await finish(process, last);
    expect(await session.stored()).toEqual({ a: 0, b: 1, d: 1 });
  });

  it("a regeneration that others always write over gives up, and the session stays as it was", async () => {
    const { session, process, records } = await loadThree();
    const [record] = records as [SessionRecord<Values>];
    const moving = rejection(record.regenerate());
    await take(process, "create");
    await writeElsewhere(session, { b: 1 });
    await deadlinePassed();
    await take(process, "retire");
    await take(process, "delete");
    expect(await moving).toBeInstanceOf(ConflictError);
    expect(record.state).toBe("live");
    expect(record.id).toBe(session.id);
    expect(await session.stored()).toEqual({ a: 0, b: 1 });
    expect(await session.records.count()).toBe(1);
  });

  it("the new record of a failed regeneration stays if it cannot be deleted, and no browser knows its id", async () => {
    const { session, process, records } = await loadThree();
    const [record] = records as [SessionRecord<Values>];
    const moving = record.regenerate();
    await take(process, "create");
    await session.records.destroy(session.id);
    await take(process, "retire");
    await take(process, "delete", "unsent");
    await moving;
    expect(record.state).toBe("new");
    expect(await session.records.count()).toBe(1);
  });

  it("an operation whose reply is lost is not repeated", async () => {
    const { process, records } = await loadThree();
    const [record] = records as [SessionRecord<Values>];
    const ending = rejection(record.destroy());
    await deadlinePassed();
    await take(process, "delete", "replyLost");
    expect(await ending).toMatchObject({ outcome: "unknown" });
    expect(process.pending).toEqual([]);
  });

  it("a circle of tombstones is not followed for ever", async () => {
    const session = await storeSession({ a: 0 });
    const soon = new Deadline(5);
    const login = { kind: "login", grace: 0, told: true, owned: false } as const;
    const [a, b] = [
      { ...login, to: "a" },
      { ...login, to: "b" },
    ];
    await session.backend.create("a", Buffer.from("{}"), 60, soon);
    await session.backend.retire("a", Buffer.from("{}"), b, 60, soon);
    await session.backend.create("b", Buffer.from("{}"), 60, soon);
    await session.backend.retire("b", Buffer.from("{}"), a, 60, soon);
    const records = makeRecords(session.backend, { operationTimeout: OPERATION_SECONDS });
    expect(await rejection(records.destroy("a"))).toBeInstanceOf(StoreUnavailableError);
  });
});
