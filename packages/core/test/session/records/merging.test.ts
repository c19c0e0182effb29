// What becomes of a session that two requests change at the same time.
import { describe, expect, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { makeRecords } from "./make-records.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { finish, take } from "./steps.ts";
import { BACKENDS, storeSession, type Values } from "./stored-session.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";

const soon = (): Deadline => new Deadline(5);
type Edit = (record: SessionRecord<Values>) => void;
const set =
  (values: Values): Edit =>
  (record) =>
    void Object.assign(record.values, values);
const remove =
  (key: string): Edit =>
  ({ values }) =>
    void delete values[key];

const addToCart =
  (item: string): Edit =>
  ({ values }) =>
    void ((values["cart"] as Values)[item] = 1);

describe.each(BACKENDS)("two requests that change one session (%s)", (_, open) => {
  /** Both load `before`; the first saves before the second does. */
  async function merge(
    before: Values,
    first: Edit,
    second: Edit,
    elsewhere = true,
  ): Promise<Values | undefined> {
    const session = await storeSession(before, {}, await open());
    const one = await (elsewhere ? session.loadElsewhere() : session.load());
    const two = await session.load();
    first(one);
    second(two);
    await one.save();
    await two.save();
    const stored = await session.stored();
    await session.backend.close();
    return stored;
  }

  it.each<[string, Values, Edit, Edit, Values]>([
    ["both set keys", { z: 0 }, set({ a: 1 }), set({ b: 2 }), { z: 0, a: 1, b: 2 }],
    ["one sets, one deletes", { old: 1 }, set({ a: 1 }), remove("old"), { a: 1 }],
    ["one deletes, one sets", { old: 1 }, remove("old"), set({ a: 1 }), { a: 1 }],
    ["both delete the same key", { a: 1, b: 2 }, remove("a"), remove("a"), { b: 2 }],
    ["both set the same key", { a: 0 }, set({ a: 1 }), set({ a: 2 }), { a: 2 }],
    ["one deletes what the other then sets", { a: 0 }, remove("a"), set({ a: 2 }), { a: 2 }],
    ["one sets what the other then deletes", { a: 0, b: 0 }, set({ a: 1 }), remove("a"), { b: 0 }],
    ["one sets a key to undefined", { a: 0, b: 0 }, set({ b: 1 }), set({ a: undefined }), { b: 1 }],
    [
      "the second sets what was there",
      { a: 0 },
      set({ a: 1 }),
      set({ a: 0, b: 1 }),
      { a: 1, b: 1 },
    ],
  ])("keep what each of them did: %s", async (_case, before, first, second, after) => {
    expect(await merge(before, first, second)).toEqual(after);
    expect(await merge(before, first, second, false)).toEqual(after);
  });

  it("never merge inside a value: the later one counts whole", async () => {
    expect(await merge({ cart: { a: 1 } }, addToCart("b"), addToCart("c"))).toEqual({
      cart: { a: 1, c: 1 },
    });
  });

  it("take a date that JSON gives back as text for unchanged", async () => {
    const at = new Date(0);
    const after = await merge({ at, n: 0 }, set({ at: "later" }), ({ values }) => {
      values["at"] = new Date(0);
      values["n"] = 1;
    });
    expect(after).toEqual({ at: "later", n: 1 });
  });

  it("leave alone the keys that they did not change, of any content", async () => {
    const before = { text: "<ä\u2028>", deep: [{ a: [null, -0] }], "": 1, "1": 2 };
    expect(await merge(before, set({ x: 1 }), set({ y: 2 }))).toEqual({ ...before, x: 1, y: 2 });
  });

  it("keep what one wrote where the other only reads, and ends last", async () => {
    const session = await storeSession({ a: 0, deep: { b: 0 } }, {}, await open());
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await take(process, "get");
    const reader = await loading;
    const writer = await session.load();
    Object.assign(writer.values, { a: 1, deep: { b: 1 } });
    await writer.save();
    expect(reader.values).toEqual({ a: 0, deep: { b: 0 } });
    expect(await finish(process, reader.save())).toEqual([]);
    expect(await session.stored()).toEqual({ a: 1, deep: { b: 1 } });
    await session.backend.close();
  });

  it("keep keys that mean something to JavaScript as data", async () => {
    const before = JSON.parse('{"__proto__":{"a":1},"constructor":1}') as Values;
    const stored = await merge({ z: 0 }, set({ b: 1 }), ({ values }) => {
      for (const key of Object.keys(before)) values[key] = before[key];
    });
    expect(Object.keys(stored ?? {}).toSorted()).toEqual(["__proto__", "b", "constructor", "z"]);
  });
});

describe("several saves in one request", () => {
  it("do not take the keys that others added for keys that it deleted", async () => {
    const session = await storeSession({ a: 0 });
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    other.values["b"] = 1;
    await other.save();
    mine.values["a"] = 1;
    await mine.save();
    mine.values["c"] = 1;
    await mine.save();
    expect(await session.stored()).toEqual({ a: 1, b: 1, c: 1 });
  });

  it("bring back no key that another request deleted in between", async () => {
    const session = await storeSession({ a: 0, b: 0 });
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    mine.values["a"] = 1;
    await mine.save();
    delete other.values["b"];
    await other.save();
    mine.values["a"] = 2;
    await mine.save();
    expect(await session.stored()).toEqual({ a: 2 });
  });

  it("write nothing where nothing changed, also where the bytes differ in form", async () => {
    const session = await storeSession({ a: 0 });
    const { backend, id } = session;
    const go = Buffer.from(String.raw`{ "b":"\u003c", "a":1 }`);
    await backend.replace(id, undefined, go, 60, soon());
    const record = await session.load();
    expect(record.changed).toBe(false);
    expect(await record.save()).toBe(false);
    expect((await backend.get(id, soon())).record).toEqual(go);
  });
});
