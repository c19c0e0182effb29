// Flash messages: shown once, also if several requests add and read them at the same time.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { finish, settled } from "./steps.ts";
import { makeRecords } from "./make-records.ts";
import { BACKENDS, storeSession, type StoredSession } from "./stored-session.ts";

const flashesOf = async (session: StoredSession, key = "_flash"): Promise<unknown> =>
  (await session.stored())?.[key];

describe("flashes in one request", () => {
  it("are read in the order they were added, once", async () => {
    const record = makeRecords(
      new SteppingBackend((await storeSession({ a: 1 })).backend),
    ).create();
    record.addFlash("one");
    record.addFlash({ text: "two" });
    record.addFlash("other", "errors");
    expect(record.flashes()).toEqual(["one", { text: "two" }]);
    expect(record.flashes()).toEqual([]);
    expect(record.flashes("errors")).toEqual(["other"]);
    expect(record.changed).toBe(false);
  });

  it("lie under _flash as gorilla/sessions stores them, and wait for the next request", async () => {
    const session = await storeSession({ a: 1 });
    const record = await session.load();
    record.addFlash("hello");
    await record.save();
    expect(await session.stored()).toEqual({ a: 1, _flash: ["hello"] });
    expect((await session.load()).flashes()).toEqual(["hello"]);
    expect(await flashesOf(session)).toEqual(["hello"]);
  });

  it("are not mixed with a value of the session", async () => {
    const record = await (await storeSession({ name: "Ada" })).load();
    expect(() => record.addFlash("x", "name")).toThrow(ConfigError);
    expect(() => record.flashes("name")).toThrow('"name" holds a value');
  });

  it("are taken with what the request itself added, and only those under the key", async () => {
    const session = await storeSession({ _flash: ["stored"], errors: ["e"] });
    const record = await session.load();
    record.addFlash("own");
    record.values["n"] = 1;
    expect(await record.takeFlashes()).toEqual(["stored", "own"]);
    expect(await session.stored()).toEqual({ errors: ["e"], n: 1 });
    record.addFlash("next");
    await record.save();
    expect(await flashesOf(session)).toEqual(["next"]);
    expect(await record.takeFlashes("errors")).toEqual(["e"]);
  });

  it("cost no command to take if there are none", async () => {
    const session = await storeSession({ name: "Ada" });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await finish(process, loading);
    const record = await loading;
    expect(await record.takeFlashes()).toEqual([]);
    const fresh = makeRecords(process).create();
    fresh.addFlash("own");
    expect(await fresh.takeFlashes()).toEqual(["own"]);
    expect(process.pending).toEqual([]);
    await expect(record.takeFlashes("name")).rejects.toThrow('"name" holds a value');
  });

  it("may be added where null lies", async () => {
    const record = await (await storeSession({ _flash: null })).load();
    record.addFlash("x");
    expect(record.flashes()).toEqual(["x"]);
  });
});

describe.each(BACKENDS)("flashes of two requests at once (%s)", (_, open) => {
  it("are all kept when both add", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const [one, two] = [await session.loadElsewhere(), await session.load()];
    one.addFlash("a");
    two.addFlash("b");
    await one.save();
    await two.save();
    expect(await flashesOf(session)).toEqual(["old", "a", "b"]);
    await session.backend.close();
  });

  it("stay where one reads and another adds: only what was read goes", async () => {
    const session = await storeSession({ _flash: ["seen"] }, {}, await open());
    const [reader, adder] = [await session.load(), await session.loadElsewhere()];
    adder.addFlash("new");
    expect(reader.flashes()).toEqual(["seen"]);
    await adder.save();
    await reader.save();
    expect(await flashesOf(session)).toEqual(["new"]);
    await session.backend.close();
  });

  it.each(["constructor", "__proto__"])(
    "stay under a key that objects inherit: %s",
    async (key) => {
      const before = Object.fromEntries([[key, ["seen"]]]);
      const session = await storeSession(before, {}, await open());
      const [reader, adder] = [await session.load(), await session.loadElsewhere()];
      adder.addFlash("new", key);
      expect(reader.flashes(key)).toEqual(["seen"]);
      await adder.save();
      await reader.save();
      expect((await session.load()).flashes(key)).toEqual(["new"]);
      await session.backend.close();
    },
  );

  it("do not come back where one adds after another has read", async () => {
    const session = await storeSession({ _flash: ["seen"] }, {}, await open());
    const [reader, adder] = [await session.loadElsewhere(), await session.load()];
    reader.flashes();
    await reader.save();
    adder.addFlash("new");
    await adder.save();
    expect(await flashesOf(session)).toEqual(["new"]);
    await session.backend.close();
  });

  it("go once where both read, and once of two equal ones where one does", async () => {
    const session = await storeSession({ _flash: ["same", "same"] }, {}, await open());
    const [one, two] = [await session.load(), await session.loadElsewhere()];
    one.flashes();
    two.flashes();
    two.addFlash("same");
    await one.save();
    await two.save();
    expect(await flashesOf(session)).toEqual(["same"]);
    await session.backend.close();
  });

  it("go to one request alone if they are taken, with what was added meanwhile", async () => {
    const session = await storeSession({ a: 1, _flash: ["once"] }, {}, await open());
    const [one, two, adder] = [
      await session.load(),
      await session.loadElsewhere(),
      await session.loadElsewhere(),
    ];
    adder.addFlash("late");
    await adder.save();
    const taken = await Promise.all([one.takeFlashes(), two.takeFlashes()]);
    expect(taken.filter((flashes) => flashes.length > 0)).toEqual([["once", "late"]]);
    expect(await session.stored()).toEqual({ a: 1 });
    expect([one.flashes(), two.flashes()]).toEqual([[], []]);
    await session.backend.close();
  });

  it("give way to a list that was written as a value: then the later one counts whole", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const [one, two] = [await session.loadElsewhere(), await session.load()];
    one.addFlash("a");
    await one.save();
    two.addFlash("b");
    two.values["_flash"] = ["mine"];
    await two.save();
    expect(await flashesOf(session)).toEqual(["mine"]);
    await session.backend.close();
  });

  it("count whole where they were read and put back, however often was asked for changes before", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    mine.addFlash("new");
    expect(mine.changed).toBe(true);
    mine.values["_flash"] = mine.flashes();
    other.flashes();
    await other.save();
    await mine.save();
    expect(await flashesOf(session)).toEqual(["old", "new"]);
    await session.backend.close();
  });

  it("give way to a value that was put in their place", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const record = await session.load();
    record.addFlash("a");
    record.values["_flash"] = "no list";
    await record.save();
    expect(await flashesOf(session)).toBe("no list");
    await session.backend.close();
  });

  it("that were dropped by a reload leave nothing behind", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    mine.addFlash("dropped");
    await mine.reload();
    mine.addFlash("kept");
    other.addFlash("other");
    await other.save();
    await mine.save();
    expect(await flashesOf(session)).toEqual(["old", "other", "kept"]);
    await session.backend.close();
  });

  it("that come while another request reads an empty list are not read with it", async () => {
    const session = await storeSession({ _flash: [] }, {}, await open());
    const [adder, reader] = [await session.loadElsewhere(), await session.load()];
    adder.addFlash("new");
    await adder.save();
    expect(reader.flashes()).toEqual([]);
    await reader.save();
    expect(await flashesOf(session)).toEqual(["new"]);
    await session.backend.close();
  });

  it("begin a list again where another request put a value in its place", async () => {
    const session = await storeSession({ _flash: ["old"] }, {}, await open());
    const [one, two] = [await session.loadElsewhere(), await session.load()];
    one.values["_flash"] = "no list";
    await one.save();
    two.addFlash("b");
    await two.save();
    expect(await flashesOf(session)).toEqual(["b"]);
    await session.backend.close();
  });
});

/** A save waits; then `meanwhile`, another request's flash, and a second save. */
async function during(
  meanwhile: (record: { addFlash(flash: unknown): void; flashes(): unknown[] }) => void,
): Promise<unknown> {
  const session = await storeSession({ _flash: ["old"] });
  const process = new SteppingBackend(session.backend);
  const loading = makeRecords(process).load(session.id);
  await finish(process, loading);
  const record = await loading;
  record.addFlash("first");
  const saving = record.save();
  await settled();
  meanwhile(record);
  await finish(process, saving);
  const other = await session.loadElsewhere();
  other.addFlash("other");
  await other.save();
  await finish(process, record.save());
  return flashesOf(session);
}

describe("flashes while a save is on its way", () => {
  it("are added with the next one, and take nothing from others", async () => {
    expect(await during((record) => record.addFlash("late"))).toEqual([
      "old",
      "first",
      "other",
      "late",
    ]);
  });

  it("are read with the next one, and no other is", async () => {
    expect(await during((record) => record.flashes())).toEqual(["other"]);
  });

  it("are read and added again with the next one", async () => {
    const again = await during((record) => {
      record.flashes();
      record.addFlash("again");
    });
    expect(again).toEqual(["other", "again"]);
  });
});
