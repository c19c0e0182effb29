// Changes that code makes while an operation of the same request is on its way: none of them is lost.
import { describe, expect, it } from "vitest";
import { SessionGoneError } from "../../../src/errors.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, settled } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession, type Values } from "./stored-session.ts";

/** Begins `operation`, lets `meanwhile` happen before its first step, and saves once more; gives what is stored then. */
async function during(
  operation: (record: SessionRecord<Values>) => Promise<unknown>,
  meanwhile: (record: SessionRecord<Values>) => void,
  before: Values = { a: 1, cart: { books: 1 } },
): Promise<Values | undefined> {
  const session = await storeSession(before);
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await finish(process, loading);
  const record = await loading;
  const running = operation(record);
  await settled();
  meanwhile(record);
  await finish(process, running);
  await running;
  await finish(process, record.save());
  return session.stored(record.id);
}

type Act = (record: SessionRecord<Values>) => Promise<unknown>;
type Edit = (record: SessionRecord<Values>) => void;

const change: Edit = ({ values }) => {
  values["late"] = true;
  (values["cart"] as Values)["books"] = 2;
  delete values["a"];
};
const logIn: Edit = ({ values }) => void (values["user"] = "ada");
const saveFirst: Act = (record) => {
  record.values["first"] = 1;
  return record.save();
};
const moveFirst: Act = (record) => {
  record.values["first"] = 1;
  return record.regenerate({ principal: "ada" });
};

describe("changes that come during", () => {
  it("a save are stored with the next one", async () => {
    expect(await during(saveFirst, change)).toEqual({ first: 1, late: true, cart: { books: 2 } });
  });

  it("a regeneration are stored with the next save", async () => {
    expect(await during(moveFirst, change)).toEqual({
      first: 1,
      late: true,
      cart: { books: 2 },
      _redistore: '{"principal":"ada"}',
    });
  });

  it("a regeneration are stored with the next save, flashes among them", async () => {
    const stored = await during(moveFirst, (record) => record.addFlash("late"), {
      _flash: ["old"],
    });
    expect(stored).toMatchObject({ first: 1, _flash: ["old", "late"] });
  });

  it("a regeneration that keeps nothing are kept", async () => {
    const stored = await during(
      (record) => record.regenerate({ keep: false, principal: "ada" }),
      logIn,
    );
    expect(stored).toEqual({ user: "ada", _redistore: '{"principal":"ada"}' });
  });

  it("a regeneration that keeps nothing leave the flashes of before behind", async () => {
    const stored = await during(
      (record) => record.regenerate({ keep: false }),
      (record) => record.addFlash("late"),
      { _flash: ["old"] },
    );
    expect(stored).toEqual({ _flash: ["late"] });
  });

  it("a regeneration that keeps some keys are kept, and the rest goes", async () => {
    const stored = await during((record) => record.regenerate({ keep: ["a"] }), logIn);
    expect(stored).toEqual({ a: 1, user: "ada" });
  });

  it("a regeneration do not have to be storable for it to be done", async () => {
    const session = await storeSession({ a: 1 });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await finish(process, loading);
    const record = await loading;
    const moving = record.regenerate();
    await settled();
    record.values["bad"] = Number.NaN;
    await finish(process, moving);
    await moving;
    expect(record.values).toEqual({ a: 1, bad: Number.NaN });
    expect(await rejection(record.save())).toMatchObject({ key: "bad" });
    delete record.values["bad"];
    expect(await record.save()).toBe(false);
  });

  it("the birth of the session are stored with the next save", async () => {
    const session = await storeSession({ a: 1 });
    const process = new SteppingBackend(session.backend);
    const record = makeRecords(process).create();
    record.values["a"] = 1;
    const saving = record.save();
    await settled();
    record.values["b"] = 2;
    await finish(process, saving);
    expect(record.changed).toBe(true);
    await finish(process, record.save());
    expect(await session.stored(record.id)).toEqual({ a: 1, b: 2 });
  });
});

describe("two operations of one request that were not awaited", () => {
  it("run one after the other, in the order of their calls", async () => {
    const session = await storeSession({ n: 0 });
    const record = await session.load();
    record.values["a"] = 1;
    const saves = [record.save(), record.save()];
    const update = record.update((values) => (values["n"] = 1));
    const destroy = record.destroy();
    const late = record.save();
    expect(await Promise.all(saves)).toEqual([true, false]);
    expect(await update).toBe(1);
    expect(await destroy).toBe(true);
    expect(await late).toBe(false);
    expect(await session.stored()).toBeUndefined();
  });

  it("do not fail one another", async () => {
    const session = await storeSession({ n: 0 });
    const record = await session.load();
    record.values["bad"] = Number.NaN;
    const failing = rejection(record.save());
    const reloading = record.reload();
    expect(await failing).toBeInstanceOf(Error);
    await reloading;
    expect(record.values).toEqual({ n: 0 });
  });

  it("end once where both destroy", async () => {
    const record = await (await storeSession({ n: 0 })).load();
    expect(await Promise.all([record.destroy(), record.destroy()])).toEqual([true, false]);
  });

  it("leave a session that was destroyed first alone", async () => {
    const record = await (await storeSession({ n: 0 })).load();
    const destroy = record.destroy();
    record.values["a"] = 1;
    await destroy;
    expect(record.values).toEqual({});
    record.values["b"] = 1;
    expect(await rejection(record.save())).toBeInstanceOf(SessionGoneError);
  });
});

describe("changed", () => {
  it("is true during an operation, so that the response waits for it", async () => {
    const { backend, id } = await storeSession({ a: 1 });
    const process = new SteppingBackend(backend);
    const loading = makeRecords(process).load(id);
    await finish(process, loading);
    const record = await loading;
    expect(record.changed).toBe(false);
    const moving = record.regenerate();
    expect(record.changed).toBe(true);
    await finish(process, moving);
    expect(record.changed).toBe(false);
  });

  it("is false again when the operation has failed", async () => {
    const record = await (await storeSession({ a: 1 })).load();
    await rejection(record.regenerate({ grace: -1 }));
    expect(record.changed).toBe(false);
  });
});
