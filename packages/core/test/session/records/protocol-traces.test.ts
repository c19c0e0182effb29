// The shortest traces that broke simpler save protocols, each forced to happen. A is the old id, B the new one.
import { beforeEach, describe, expect, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { SessionGoneError } from "../../../src/errors.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { StoredSession, storeSession, type Values } from "./stored-session.ts";

let session: StoredSession;
beforeEach(async () => {
  session = await storeSession({ a: 0, b: 0, _flash: ["old"] });
});

/** One more process that has loaded A, and whose steps are taken one by one. */
async function loaded(): Promise<{ process: SteppingBackend; record: SessionRecord<Values> }> {
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await take(process, "get");
  return { process, record: await loading };
}

const increment = (values: Values): number => (values["n"] = Number(values["n"] ?? 0) + 1);

describe("a logout and a regeneration in flight", () => {
  it("end with no session where the logout comes after A was retired", async () => {
    const [moving, leaving] = [await loaded(), await loaded()];
    const move = moving.record.regenerate({ principal: "ada" });
    await take(moving.process, "create");
    await take(moving.process, "admit");
    await take(moving.process, "retire");
    await move;
    const logout = leaving.record.destroy();
    await take(leaving.process, "delete");
    await take(leaving.process, "delete");
    expect(await logout).toBe(true);
    expect(await session.stored(moving.record.id)).toBeUndefined();
    expect(await session.records.count()).toBe(0);
  });

  it("end with no session where the logout comes between the birth of B and the end of A", async () => {
    const [moving, leaving] = [await loaded(), await loaded()];
    const move = moving.record.regenerate();
    await take(moving.process, "create");
    const logout = leaving.record.destroy();
    await take(leaving.process, "delete");
    expect(await logout).toBe(true);
    await take(moving.process, "retire");
    await take(moving.process, "delete");
    await move;
    expect(moving.record.state).toBe("new");
    expect(await session.records.count()).toBe(0);
  });
});

describe("a write and a regeneration in flight", () => {
  it("keep the write that was acknowledged before A was retired, though the mover crashes after it", async () => {
    const [moving, writing] = [await loaded(), await loaded()];
    void moving.record.regenerate({ grace: 60 });
    await take(moving.process, "create");
    writing.record.values["x"] = 1;
    const saving = writing.record.save();
    await take(writing.process, "replace");
    expect(await saving).toBe(true);
    // A is not what B was made of: it is not retired before B has the write.
    await take(moving.process, "retire");
    expect(moving.process.pending.map(({ name }) => name)).toEqual(["replace"]);
    expect(await session.stored()).toMatchObject({ x: 1 });
    await take(moving.process, "replace");
    await take(moving.process, "retire");
    // Here the mover crashes.
    const after = await session.load();
    expect(after.values).toMatchObject({ x: 1 });
  });
});

describe("a retirement that was done and whose reply was lost", () => {
  it("is found done by its repetition, and B lives", async () => {
    const moving = await loaded();
    const move = moving.record.regenerate();
    await take(moving.process, "create");
    await take(moving.process, "retire", "replyLost");
    await take(moving.process, "retire");
    await move;
    expect(await session.stored(moving.record.id)).toMatchObject({ a: 0 });
  });
});

describe("a compare-and-set that was done and whose reply was lost", () => {
  it("is not applied twice: neither a flash nor an increment", async () => {
    const one = await loaded();
    one.record.addFlash("new");
    const saving = rejection(one.record.save());
    await take(one.process, "replace", "replyLost");
    await saving;
    await finish(one.process, one.record.save());
    expect(await session.stored()).toMatchObject({ _flash: ["old", "new"] });
  });

  it("is not taken for done because the bytes are as it wanted them: two increments write equal ones", async () => {
    const [one, two] = [await loaded(), await loaded()];
    const increments = [one.record.update(increment), two.record.update(increment)];
    await take(one.process, "replace");
    await take(two.process, "replace");
    await take(two.process, "replace");
    expect(await Promise.all(increments)).toEqual([1, 2]);
    expect(await session.stored()).toMatchObject({ n: 2 });
  });
});

describe("a creation that was done and whose reply was lost", () => {
  it("lies under an id that no browser knows: the session ends with its logout", async () => {
    const process = new SteppingBackend(session.backend);
    const record = makeRecords(process).create();
    record.values["x"] = 1;
    const saving = record.save();
    await take(process, "create", "replyLost");
    await take(process, "create");
    await saving;
    const { id } = record;
    await finish(process, record.destroy());
    expect(await session.stored(id)).toBeUndefined();
    expect((await session.records.load(id)).state).toBe("gone");
  });
});

describe("a touch", () => {
  it("of a retired id raises the expiry of nothing", async () => {
    const [moving, touching] = [await loaded(), await loaded()];
    const move = moving.record.regenerate();
    await take(moving.process, "create");
    await take(moving.process, "retire");
    await move;
    const before = await session.backend.get(session.id, new Deadline(1));
    touching.record.lifetime = 100_000;
    const touch = rejection(touching.record.touch());
    await take(touching.process, "touch");
    expect(await touch).toBeInstanceOf(SessionGoneError);
    expect(await session.backend.get(session.id, new Deadline(1))).toEqual(before);
  });
});

describe("two saves in one request", () => {
  it("leave what others added between the first and the second", async () => {
    const [mine, other] = [await loaded(), await loaded()];
    other.record.values["b"] = 1;
    mine.record.values["a"] = 1;
    const [first, theirs] = [mine.record.save(), other.record.save()];
    await take(other.process, "replace");
    await theirs;
    await take(mine.process, "replace");
    await take(mine.process, "replace");
    await first;
    mine.record.values["c"] = 1;
    const second = mine.record.save();
    await take(mine.process, "replace");
    await second;
    expect(await session.stored()).toEqual({ a: 1, b: 1, c: 1, _flash: ["old"] });
  });
});

describe("what the store keeps in a record", () => {
  it("is merged by field: a new maxAge leaves whose session it is", async () => {
    const moving = await loaded();
    await finish(moving.process, moving.record.regenerate({ principal: "ada" }));
    session = new StoredSession(session.backend, session.records, moving.record.id);
    await finish(moving.process, moving.record.regenerate({ grace: 60 }));
    const late = await storedNow();
    late.record.maxAge = 60;
    moving.record.values["x"] = 1;
    await finish(moving.process, moving.record.save());
    await finish(late.process, late.record.save());
    expect(await session.stored(moving.record.id)).toMatchObject({
      x: 1,
      _redistore: '{"principal":"ada","maxAge":60,"seen":0}',
    });
  });
});

/** As `loaded`, where A has moved once already. */
async function storedNow(): ReturnType<typeof loaded> {
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await finish(process, loading);
  return { process, record: await loading };
}
