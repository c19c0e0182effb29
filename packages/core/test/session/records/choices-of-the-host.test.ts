// What the store of another session library decides itself: the lifetime, the id, and what becomes of a key that two have changed.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { ConflictError, SessionGoneError } from "../../../src/errors.ts";
import { makeRecords } from "./make-records.ts";

function stage(now: () => number = () => 0) {
  const backend = new MemoryBackend({ now });
  return makeRecords(backend, { now, maxAge: 3600, defaultMaxAge: 1200 });
}

async function stored(records: ReturnType<typeof stage>, id: string, values: object) {
  const record = records.create(id);
  Object.assign(record.values, values);
  await record.save();
  return record;
}

describe("a lifetime of the host's", () => {
  it("is the expiry in place of maxAge, and is not kept in the record", async () => {
    let now = 0;
    const records = stage(() => now);
    const record = records.create("a");
    record.values["x"] = 1;
    record.lifetime = 10;
    await record.save();
    expect(record.maxAge).toBe(3600);
    now = 9;
    expect((await records.load("a")).state).toBe("live");
    now = 11;
    expect((await records.load("a")).state).toBe("new");
  });

  it("is the default for sessions that end with the browser where it is 0", async () => {
    let now = 0;
    const records = stage(() => now);
    const record = await stored(records, "a", { x: 1 });
    record.lifetime = 0;
    record.values["x"] = 2;
    await record.save();
    now = 1199;
    expect((await records.load("a")).state).toBe("live");
    now = 1201;
    expect((await records.load("a")).state).toBe("new");
  });

  it("is what a touch puts the expiry off to", async () => {
    let now = 0;
    const records = stage(() => now);
    const record = await stored(records, "a", { x: 1 });
    record.lifetime = 7200;
    await record.touch();
    now = 7100;
    expect((await records.load("a")).state).toBe("live");
  });
});

describe("the lifetime that another request gave a session", () => {
  it("is not shortened by a save that leaves it alone, told from the values", async () => {
    let now = 0;
    const records = stage(() => now);
    await stored(records, "a", { age: 100 });
    const [one, other] = [await records.load("a"), await records.load("a")];
    for (const each of [one, other]) each.lifetime = ({ age }) => Number(age);
    other.values["age"] = 5000;
    await other.save();
    one.values["x"] = 1;
    await one.save();
    now = 4900;
    expect((await records.load("a")).state).toBe("live");
  });

  it("is not shortened by a save that leaves it alone, kept as maxAge", async () => {
    let now = 0;
    const records = stage(() => now);
    await stored(records, "a", { x: 1 });
    const [one, other] = [await records.load("a"), await records.load("a")];
    other.maxAge = 7200;
    await other.save();
    one.values["x"] = 2;
    await one.save();
    now = 7100;
    expect((await records.load("a")).state).toBe("live");
  });
});

describe("resolve", () => {
  it("decides over the keys that this save has set, if another request has changed the session", async () => {
    const records = stage();
    await stored(records, "a", { both: 1, mine: 1, theirs: 1 });
    const [one, other] = [await records.load("a"), await records.load("a")];
    Object.assign(other.values, { both: 5, theirs: 5 });
    await other.save();
    Object.assign(one.values, { both: 3, mine: 3 });
    one.resolve = (_key, mine, theirs) => Math.max(Number(mine), Number(theirs));
    await one.save();
    expect({ ...(await records.load("a")).values }).toEqual({ both: 5, mine: 3, theirs: 5 });
  });

  it("is not asked if no other request has", async () => {
    const records = stage();
    const record = await stored(records, "a", { x: 1 });
    record.resolve = () => "asked";
    record.values["x"] = 2;
    await record.save();
    expect({ ...(await records.load("a")).values }).toEqual({ x: 2 });
  });
});

describe("an id of the host's", () => {
  it("is where regenerate moves a session, with what others stored meanwhile", async () => {
    const records = stage();
    await stored(records, "a", { x: 1 });
    const [one, other] = [await records.load("a"), await records.load("a")];
    other.values["y"] = 2;
    await other.save();
    one.values["z"] = 3;
    await one.regenerate({}, "b");
    expect(one.id).toBe("b");
    expect((await records.load("a")).state).toBe("gone");
    expect({ ...(await records.load("b")).values }).toEqual({ x: 1, y: 2, z: 3 });
  });

  it("is found by a logout under the old one", async () => {
    const records = stage();
    const record = await stored(records, "a", { x: 1 });
    await record.regenerate({}, "b");
    await records.destroy("a");
    record.values["x"] = 2;
    await expect(record.save()).rejects.toBeInstanceOf(SessionGoneError);
  });

  it("is refused where there is another session under it, and both stay as they were", async () => {
    const records = stage();
    const record = await stored(records, "a", { x: 1 });
    await stored(records, "b", { other: true });
    await expect(record.regenerate({}, "b")).rejects.toBeInstanceOf(ConflictError);
    expect({ ...(await records.load("a")).values }).toEqual({ x: 1 });
    expect({ ...(await records.load("b")).values }).toEqual({ other: true });
  });
});
