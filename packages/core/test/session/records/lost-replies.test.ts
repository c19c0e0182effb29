// Writes whose replies are lost: what is repeated, what is not, and what the caller is told.
import { describe, expect, it } from "vitest";
import { ConflictError, StoreUnavailableError } from "../../../src/errors.ts";
import { loadSession, LOST, type LoadedSession } from "./loaded-session.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession } from "./stored-session.ts";

const UNKNOWN = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "unknown" };
const NONE = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "none" };
async function fresh(id?: string): Promise<LoadedSession> {
  const session = await storeSession({ first: 1 });
  const process = new SteppingBackend(session.backend);
  const record = makeRecords(process).create(id);
  record.values["a"] = 1;
  return { session, process, record };
}

describe("a creation without a reply", () => {
  it.each(LOST)(
    "is repeated under another id, which only its own request knows (%s)",
    async (fault) => {
      const { session, process, record } = await fresh();
      const saving = record.save();
      await take(process, "create", fault);
      await take(process, "create");
      expect(await saving).toBe(true);
      expect(await session.stored(record.id)).toEqual({ a: 1 });
      expect(await session.records.count()).toBe(fault === "dropped" ? 2 : 3);
    },
  );

  it("under an id that the caller chose is recognised as its own", async () => {
    const { session, process, record } = await fresh("chosen");
    const saving = record.save();
    await take(process, "create", "replyLost");
    expect(await finish(process, saving)).toEqual(["get"]);
    expect(await saving).toBe(true);
    expect(await session.stored("chosen")).toEqual({ a: 1 });
  });

  it("under an id that the caller chose is never repeated: the first copy could arrive after a logout", async () => {
    const { session, process, record } = await fresh("chosen");
    const first = rejection(record.save());
    await take(process, "create", "dropped");
    expect(await finish(process, first)).toEqual(["get", "get"]);
    expect(await first).toMatchObject(UNKNOWN);
    record.values["a"] = 2;
    const second = rejection(record.save());
    expect(await finish(process, second)).not.toContain("create");
    expect(await second).toMatchObject(UNKNOWN);
    expect(await session.stored("chosen")).toBeUndefined();
  });

  it("under an id that the caller chose for a regeneration is never repeated, and the old session lives", async () => {
    const { session, process, record } = await loadSession({ a: 0 });
    const moving = rejection(record.regenerate({ principal: "ada" }, "chosen"));
    await take(process, "create", "dropped");
    expect(await finish(process, moving)).toEqual(["get", "get"]);
    expect(await moving).toMatchObject(UNKNOWN);
    expect([record.state, await session.stored()]).toEqual(["live", { a: 0 }]);
  });

  it("is told, and may be tried again, where three had none", async () => {
    const { session, process, record } = await fresh();
    const saving = rejection(record.save());
    for (const fault of ["dropped", "replyLost", "dropped"] as const)
      await take(process, "create", fault);
    expect(await saving).toMatchObject(UNKNOWN);
    expect(record.state).toBe("new");
    await finish(process, record.save());
    expect(await session.stored(record.id)).toEqual({ a: 1 });
  });

  it("is not repeated where it was certainly not done", async () => {
    const { process, record } = await fresh();
    const saving = rejection(record.save());
    await take(process, "create", "unsent");
    expect(await saving).toMatchObject(NONE);
    expect(process.pending).toEqual([]);
  });

  it("stays unknown where the repetition fails for good", async () => {
    const { process, record } = await fresh();
    const saving = rejection(record.save());
    await take(process, "create", "replyLost");
    await take(process, "create", "unsent");
    expect(await saving).toMatchObject(UNKNOWN);
  });

  it("under an id that was taken already is a conflict", async () => {
    const session = await storeSession({ first: 1 });
    const record = session.records.create(session.id);
    record.values["a"] = 1;
    expect(await rejection(record.save())).toBeInstanceOf(ConflictError);
    expect(await session.stored()).toEqual({ first: 1 });
  });
});

describe("a save without a reply", () => {
  it.each(LOST)("is told and never sent again by itself (%s)", async (fault) => {
    const { process, record } = await loadSession({ a: 0 });
    record.values["a"] = 1;
    const saving = rejection(record.save());
    await take(process, "replace", fault);
    const failure = await saving;
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(failure).toMatchObject({ ...UNKNOWN, status: 503 });
    expect(process.pending).toEqual([]);
    expect(record.state).toBe("live");
  });

  it.each(LOST)("is made good by the next one, merged with what others did (%s)", async (fault) => {
    const { session, process, record } = await loadSession({ a: 0, old: 0 });
    record.values["a"] = 1;
    delete record.values["old"];
    record.maxAge = 60;
    const saving = rejection(record.save());
    await take(process, "replace", fault);
    await saving;
    const other = await session.loadElsewhere();
    other.values["b"] = 1;
    await other.save();
    expect(record.changed).toBe(true);
    await finish(process, record.save());
    expect(await session.stored()).toEqual({ a: 1, b: 1, _redistore: '{"maxAge":60}' });
  });

  it.each(LOST)("repeats no flash, which would be shown twice (%s)", async (fault) => {
    const { session, process, record } = await loadSession({ _flash: ["old"] });
    record.flashes();
    record.addFlash("new");
    const saving = rejection(record.save());
    await take(process, "replace", fault);
    await saving;
    record.addFlash("later");
    await finish(process, record.save());
    const before = fault === "replyLost" ? ["new"] : ["old"];
    expect(await session.stored()).toEqual({ _flash: [...before, "later"] });
  });

  it.each(LOST)("repeats no update (%s)", async (fault) => {
    const { session, process, record } = await loadSession({ n: 0 });
    const updating = rejection(record.update((values) => (values["n"] = Number(values["n"]) + 1)));
    await take(process, "replace", fault);
    expect(await updating).toMatchObject(UNKNOWN);
    expect(await finish(process, record.save())).toEqual([]);
    expect(await session.stored()).toEqual({ n: fault === "replyLost" ? 1 : 0 });
  });

  it("keeps its changes where it was certainly not done", async () => {
    const { session, process, record } = await loadSession({ _flash: ["old"] });
    record.addFlash("new");
    const saving = rejection(record.save());
    await take(process, "replace", "unsent");
    expect(await saving).toMatchObject(NONE);
    await finish(process, record.save());
    expect(await session.stored()).toEqual({ _flash: ["old", "new"] });
  });
});
