// Saves of one session in one process: they go out merged, and one that cannot be stored fails alone.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { publicIdOf } from "../../../src/diagnostics.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { SerializationError, SessionTooLargeError } from "../../../src/errors.ts";
import { RecordFormat } from "../../../src/changes/record-format.ts";
import type { Records } from "../../../src/session/records.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { jsonSerializer } from "../../../src/serializers/json.ts";
import { makeRecords } from "./make-records.ts";
import { finish, settled, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession, type StoredSession, type Values } from "./stored-session.ts";

/** `count` requests of one process that have loaded `session`, whose steps are taken one by one. */
async function requests(
  session: StoredSession,
  count: number,
  makeProcessRecords = (process: SteppingBackend): Records<Values> => makeRecords(process),
): Promise<{ process: SteppingBackend; loaded: SessionRecord<Values>[] }> {
  const process = new SteppingBackend(session.backend);
  const records = makeProcessRecords(process);
  const loading = Promise.all(Array.from({ length: count }, () => records.load(session.id)));
  await finish(process, loading);
  return { process, loaded: await loading };
}

const saveAll = (
  loaded: readonly SessionRecord<Values>[],
): Promise<PromiseSettledResult<unknown>[]> =>
  Promise.allSettled(loaded.map((record) => record.save()));

const statuses = async (settling: Promise<PromiseSettledResult<unknown>[]>): Promise<string> =>
  (await settling).map(({ status }) => (status === "fulfilled" ? "+" : "-")).join("");

describe("saves of one session in one process", () => {
  it("take two commands where 200 requests save at once", async () => {
    const session = await storeSession({ a: 0 });
    const { process, loaded } = await requests(session, 200);
    for (const [index, { values }] of loaded.entries()) values[`k${index}`] = index;
    const saving = saveAll(loaded);
    expect(await finish(process, saving)).toEqual(["replace", "replace"]);
    expect(await statuses(saving)).toBe("+".repeat(200));
    expect(Object.keys((await session.stored()) ?? {})).toHaveLength(201);
  });

  it("take a few commands where 200 requests in four processes do", async () => {
    const session = await storeSession({ a: 0 });
    const groups = await Promise.all([1, 2, 3, 4].map(() => requests(session, 50)));
    for (const [group, { loaded }] of groups.entries()) {
      for (const [index, { values }] of loaded.entries()) values[`k${group}.${index}`] = index;
    }
    const saving = groups.map(({ loaded }) => saveAll(loaded));
    const processes = groups.map(({ process }) => process);
    let scripts = 0;
    for (await settled(); processes.some(({ pending }) => pending.length > 0); await settled()) {
      for (const { pending } of processes) {
        scripts += pending.length;
        await pending[0]?.take();
      }
    }
    for (const each of saving) expect(await statuses(each)).toBe("+".repeat(50));
    expect(Object.keys((await session.stored()) ?? {})).toHaveLength(201);
    expect(scripts).toBeLessThan(25);
  });

  it("wait for no save of another session", async () => {
    const [one, two] = [await storeSession({ a: 0 }), await storeSession({ a: 0 })];
    const { process, loaded } = await requests(one, 1);
    for (const { values } of loaded) values["a"] = 1;
    const saving = saveAll(loaded);
    await settled();
    const other = await two.load();
    other.values["a"] = 2;
    await other.save();
    await finish(process, saving);
    expect([await one.stored(), await two.stored()]).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it("fail alone where one is too long or cannot be serialized", async () => {
    const session = await storeSession({ a: 0 });
    const format = new RecordFormat(jsonSerializer, 60);
    const { process, loaded } = await requests(session, 4, (backend) =>
      makeRecords(backend, {}, { format }),
    );
    const [first, tooLong, bad, last] = loaded as [
      SessionRecord<Values>,
      SessionRecord<Values>,
      SessionRecord<Values>,
      SessionRecord<Values>,
    ];
    first.values["b"] = 1;
    tooLong.values["c"] = "x".repeat(60);
    bad.values["d"] = 1n;
    last.values["e"] = 1;
    const saving = saveAll(loaded);
    expect(await finish(process, saving)).toEqual(["replace", "replace"]);
    expect(await statuses(saving)).toBe("+--+");
    const [, second, third] = (await saving) as PromiseRejectedResult[];
    expect(second?.reason).toBeInstanceOf(SessionTooLargeError);
    expect(third?.reason).toBeInstanceOf(SerializationError);
    expect(await session.stored()).toEqual({ a: 0, b: 1, e: 1 });
  });

  it("store nothing of one that was told it failed, also when they are tried again", async () => {
    const session = await storeSession({ a: 0 });
    const { process, loaded } = await requests(session, 3);
    const [first, failing, last] = loaded as [
      SessionRecord<Values>,
      SessionRecord<Values>,
      SessionRecord<Values>,
    ];
    let runs = 0;
    const outcomes = Promise.allSettled([
      first.update((values) => (values["b"] = 1)),
      failing.update((values) => {
        if (++runs === 1) throw new Error("only the first time");
        values["never"] = 1;
      }),
      last.update((values) => (values["c"] = 1)),
    ]);
    await take(process, "replace");
    const other = await session.loadElsewhere();
    other.values["other"] = 1;
    await other.save();
    await finish(process, outcomes);
    expect(await statuses(outcomes)).toBe("+-+");
    expect(await session.stored()).toEqual({ a: 0, b: 1, c: 1, other: 1 });
    expect(runs).toBe(1);
  });

  it("are not failed by what their request sets while they wait", async () => {
    const session = await storeSession({ a: 0 });
    const { process, loaded } = await requests(session, 2);
    const [first, waiting] = loaded as [SessionRecord<Values>, SessionRecord<Values>];
    first.values["b"] = 1;
    waiting.values["c"] = 1;
    const saves = saveAll(loaded);
    await settled();
    waiting.values["c"] = () => "not storable";
    await finish(process, saves);
    expect(await statuses(saves)).toBe("++");
    expect(await session.stored()).toEqual({ a: 0, b: 1, c: 1 });
    expect(waiting.changed).toBe(true);
  });

  it("send nothing where none of those that wait can be stored", async () => {
    const session = await storeSession({ a: 0 });
    const { process, loaded } = await requests(session, 2);
    const failing = Promise.allSettled(
      loaded.map((record) =>
        record.update(() => {
          throw new Error("no");
        }),
      ),
    );
    expect(await finish(process, failing)).toEqual([]);
    expect(await statuses(failing)).toBe("--");
  });

  it("all fail if the reply to their command is lost, and can be repeated", async () => {
    const session = await storeSession({ a: 0 });
    const { process, loaded } = await requests(session, 3);
    for (const [index, { values }] of loaded.entries()) values[`k${index}`] = index;
    const saving = saveAll(loaded);
    await take(process, "replace");
    await take(process, "replace", "replyLost");
    expect(await statuses(saving)).toBe("+--");
    for (const record of loaded) await finish(process, record.save());
    expect(await session.stored()).toEqual({ a: 0, k0: 0, k1: 1, k2: 2 });
  });

  it("keep the record for the longest of their lifetimes", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    const session = await storeSession({ a: 0 }, {}, backend);
    const { process, loaded } = await requests(session, 3);
    for (const [index, record] of loaded.entries()) {
      record.values[`k${index}`] = 1;
      record.lifetime = [10, 500, 20][index];
    }
    await finish(process, saveAll(loaded));
    now += 499;
    expect((await session.load()).state).toBe("live");
    now += 2;
    expect((await session.load()).state).toBe("new");
  });

  it("tell of each conflict with another process", async () => {
    const session = await storeSession({ a: 0 });
    const conflicts: unknown[] = [];
    const note = (message: unknown): void => void conflicts.push(message);
    subscribe("redistore:conflict", note);
    const { process, loaded } = await requests(session, 2);
    for (const [index, { values }] of loaded.entries()) values[`k${index}`] = index;
    const saving = saveAll(loaded);
    await settled();
    const other = await session.loadElsewhere();
    other.values["other"] = 1;
    await other.save();
    expect(await finish(process, saving)).toEqual(["replace", "replace", "replace"]);
    unsubscribe("redistore:conflict", note);
    expect(conflicts).toEqual([{ publicId: publicIdOf(session.id) }]);
    expect(await session.stored()).toEqual({ a: 0, k0: 0, k1: 1, other: 1 });
  });
});
