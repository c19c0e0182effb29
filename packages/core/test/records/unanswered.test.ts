// Replies that are lost: what is repeated, what is not, and what the caller is told.
import { describe, expect, it } from "vitest";
import { ConflictError, StoreUnavailableError } from "../../src/errors.ts";
import type { SessionRecord } from "../../src/records/session-record.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend, type Fault } from "./stepping-backend.ts";
import { storeSession, type StoredSession, type Values } from "./stored-session.ts";

const UNKNOWN = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "unknown" };
const NONE = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "none" };
/** Both look the same to the client: the step was taken, or it was not. */
const LOST: readonly Fault[] = ["unanswered", "dropped"];

/** A session as one process holds it, whose steps the test takes. */
async function held(before: Values): Promise<{
  session: StoredSession;
  process: SteppingBackend;
  record: SessionRecord<Values>;
}> {
  const session = await storeSession(before);
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await take(process, "get");
  return { session, process, record: await loading };
}

async function fresh(id?: string): ReturnType<typeof held> {
  const session = await storeSession({ first: 1 });
  const process = new SteppingBackend(session.backend);
  const record = makeRecords(process).create(id);
  record.values["a"] = 1;
  return { session, process, record };
}

describe("a birth without an answer", () => {
  it.each(LOST)(
    "is repeated under another id, known to nobody but its own request (%s)",
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
    await take(process, "create", "unanswered");
    expect(await finish(process, saving)).toEqual(["create", "get"]);
    expect(await saving).toBe(true);
    expect(await session.stored("chosen")).toEqual({ a: 1 });
  });

  it("is told, and may be tried again, where three had none", async () => {
    const { session, process, record } = await fresh();
    const saving = rejection(record.save());
    for (const fault of ["dropped", "unanswered", "dropped"] as const)
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
    await take(process, "create", "unanswered");
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

describe("a save without an answer", () => {
  it.each(LOST)("is told and never sent again by itself (%s)", async (fault) => {
    const { process, record } = await held({ a: 0 });
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
    const { session, process, record } = await held({ a: 0, old: 0 });
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
    const { session, process, record } = await held({ _flash: ["old"] });
    record.flashes();
    record.addFlash("new");
    const saving = rejection(record.save());
    await take(process, "replace", fault);
    await saving;
    record.addFlash("later");
    await finish(process, record.save());
    const before = fault === "unanswered" ? ["new"] : ["old"];
    expect(await session.stored()).toEqual({ _flash: [...before, "later"] });
  });

  it.each(LOST)("repeats no update (%s)", async (fault) => {
    const { session, process, record } = await held({ n: 0 });
    const updating = rejection(record.update((values) => (values["n"] = Number(values["n"]) + 1)));
    await take(process, "replace", fault);
    expect(await updating).toMatchObject(UNKNOWN);
    expect(await finish(process, record.save())).toEqual([]);
    expect(await session.stored()).toEqual({ n: fault === "unanswered" ? 1 : 0 });
  });

  it("keeps its changes where it was certainly not done", async () => {
    const { session, process, record } = await held({ _flash: ["old"] });
    record.addFlash("new");
    const saving = rejection(record.save());
    await take(process, "replace", "unsent");
    expect(await saving).toMatchObject(NONE);
    await finish(process, record.save());
    expect(await session.stored()).toEqual({ _flash: ["old", "new"] });
  });
});

describe("a retirement without an answer", () => {
  it.each(LOST)("is repeated, and the new session lives (%s)", async (fault) => {
    const { session, process, record } = await held({ a: 0 });
    const moving = record.regenerate({ principal: "ada" });
    await take(process, "create");
    await take(process, "retire", fault);
    await take(process, "retire");
    await moving;
    expect(await session.stored(record.id)).toMatchObject({ a: 0 });
    expect(await session.stored()).toBeUndefined();
  });

  it.each(LOST)(
    "never deletes the new session, which may be the only one left (%s)",
    async (fault) => {
      const { session, process, record } = await held({ a: 0 });
      const moving = rejection(record.regenerate());
      await take(process, "create");
      for (let attempt = 1; attempt <= 3; attempt++) await take(process, "retire", fault);
      expect(await moving).toMatchObject(UNKNOWN);
      expect(process.pending).toEqual([]);
      const alive: unknown[] = [];
      for await (const id of session.records.ids()) alive.push(await session.stored(id));
      expect(alive).toEqual(fault === "unanswered" ? [{ a: 0 }] : [{ a: 0 }, { a: 0 }]);
      await finish(process, record.destroy());
      expect(await session.stored()).toBeUndefined();
      expect(await session.records.count()).toBe(fault === "unanswered" ? 0 : 1);
    },
  );

  it.each(LOST)(
    "takes over a write that came between, also without an answer (%s)",
    async (fault) => {
      const { session, process, record } = await held({ a: 0 });
      const moving = record.regenerate();
      await take(process, "create");
      const other = await session.loadElsewhere();
      other.values["b"] = 1;
      await other.save();
      await take(process, "retire");
      await take(process, "replace", fault);
      await take(process, "replace");
      await take(process, "retire");
      await moving;
      expect(await session.stored(record.id)).toEqual({ a: 0, b: 1 });
    },
  );
});

describe("a logout without an answer", () => {
  it.each(LOST)("is repeated, and counts as one (%s)", async (fault) => {
    const { session, process, record } = await held({ a: 0 });
    const ending = record.destroy();
    await take(process, "delete", fault);
    await take(process, "delete");
    expect(await ending).toBe(true);
    expect(await session.stored()).toBeUndefined();
  });

  it("of a session that is not there ended nothing", async () => {
    const { process, session } = await held({ a: 0 });
    const ending = makeRecords(process).destroy(`not ${session.id}`);
    await take(process, "delete", "unanswered");
    await take(process, "delete");
    expect(await ending).toBe(false);
  });

  it("is told where it cannot be done, and can be repeated", async () => {
    const { session, process, record } = await held({ a: 0 });
    const ending = rejection(record.destroy());
    await take(process, "delete", "unsent");
    expect(await ending).toMatchObject(NONE);
    expect(record.state).toBe("live");
    expect(record.values).toEqual({ a: 0 });
    await finish(process, record.destroy());
    expect(await session.stored()).toBeUndefined();
  });
});

describe("a read without an answer", () => {
  it("is an error, never an empty session", async () => {
    const { process, session, record } = await held({ a: 0 });
    const loading = rejection(makeRecords(process).load(session.id));
    await take(process, "get", "unsent");
    expect(await loading).toMatchObject(NONE);
    for (const [name, act] of [
      ["get", () => record.reload()],
      ["touch", () => record.touch()],
    ] as const) {
      const acting = rejection(act());
      await take(process, name, "unsent");
      expect(await acting).toMatchObject(NONE);
      expect(record.state).toBe("live");
      expect(record.values).toEqual({ a: 0 });
    }
  });
});
