// The id of a record is there as soon as it is read, before anything is stored.
import { describe, expect, it } from "vitest";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession } from "./stored-session.ts";

describe("an id that is read before anything is stored", () => {
  it("stays the same, and the record is created under it", async () => {
    const session = await storeSession({ first: 1 });
    const record = session.records.create();
    const { id } = record;
    expect(id).toMatch(/^[A-Z2-7]{52}$/);
    record.values["a"] = 1;
    await record.save();
    expect([record.id, record.storedId]).toEqual([id, id]);
    expect(await session.stored(id)).toEqual({ a: 1 });
  });

  it("stores nothing and sends nothing", async () => {
    const session = await storeSession({ first: 1 });
    const process = new SteppingBackend(session.backend);
    const record = makeRecords(process).create();
    expect(record.id).not.toBe("");
    expect([record.storedId, record.state, record.changed]).toEqual(["", "new", false]);
    expect(await record.save()).toBe(false);
    expect(await record.destroy()).toBe(false);
    expect(process.pending).toEqual([]);
    expect(await session.records.count()).toBe(1);
  });

  it("differs between two records, also of an id that is unknown or ended", async () => {
    const session = await storeSession({ first: 1 });
    await session.records.destroy(session.id);
    const records = [
      session.records.create(),
      session.records.create(),
      await session.records.load(session.id),
      await session.records.load(session.id),
      await session.records.load("unknown"),
    ];
    const ids = new Set([session.id, "unknown", ...records.map(({ id }) => id)]);
    expect(ids.size).toBe(7);
  });

  it("is kept when the reply to the create is lost", async () => {
    const session = await storeSession({ first: 1 });
    const process = new SteppingBackend(session.backend);
    const record = makeRecords(process).create();
    const { id } = record;
    record.values["a"] = 1;
    const saving = record.save();
    await take(process, "create", "replyLost");
    expect(await finish(process, saving)).toEqual(["get"]);
    expect([record.storedId, await session.stored(id)]).toEqual([id, { a: 1 }]);
    expect(await session.records.count()).toBe(2);
  });

  it("is ended by a destroy even if the reply to its create was lost for good", async () => {
    const session = await storeSession({ first: 1 });
    const process = new SteppingBackend(session.backend);
    const record = makeRecords(process).create();
    const { id } = record;
    record.values["a"] = 1;
    const saving = rejection(record.save());
    await take(process, "create", "replyLost");
    await take(process, "get", "unsent");
    await saving;
    await finish(process, record.destroy());
    expect(await session.stored(id)).toBeUndefined();
  });

  it("is replaced by a regeneration, and after the end of the session", async () => {
    const session = await storeSession({ first: 1 });
    const record = session.records.create();
    const ids = [record.id];
    await record.regenerate({ principal: "ada" });
    ids.push(record.id);
    expect(record.storedId).toBe(record.id);
    await record.destroy();
    ids.push(record.id);
    expect(record.storedId).toBe("");
    expect(new Set(ids).size).toBe(3);
  });
});
