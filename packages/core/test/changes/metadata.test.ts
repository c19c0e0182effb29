// What the store itself keeps in a record: merged field by field, and never lost to a save.
import { describe, expect, it } from "vitest";
import { Deadline } from "../../src/backends/deadline.ts";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { formatMetadata, mergeMetadata, parseMetadata } from "../../src/changes/metadata.ts";
import { makeRecords } from "../session/records/make-records.ts";
import { storeSession } from "../session/records/stored-session.ts";

describe("merging what the store keeps in a record", () => {
  it("takes what was changed here, and what others changed otherwise", () => {
    const base = { principal: "ada", maxAge: 60 };
    expect(mergeMetadata(base, { principal: "ada", maxAge: 90 }, { principal: "bob" })).toEqual({
      principal: "bob",
      maxAge: 90,
    });
    expect(mergeMetadata(base, { maxAge: 60 }, base)).toEqual({ maxAge: 60 });
    expect(mergeMetadata(base, { principal: "ada" }, base)).toEqual({ principal: "ada" });
    expect(mergeMetadata({}, {}, base)).toEqual(base);
  });

  it("keeps the earlier of two beginnings", () => {
    expect(mergeMetadata({}, { created: 5 }, { created: 3 })).toEqual({ created: 3 });
    expect(mergeMetadata({}, { created: 5 }, { created: 9 })).toEqual({ created: 5 });
    expect(mergeMetadata({}, { created: 5 }, {})).toEqual({ created: 5 });
    expect(mergeMetadata({}, {}, { created: 9 })).toEqual({ created: 9 });
  });

  it("keeps the first time that the browser used the new id, which replaces 0", () => {
    const unseen = { seen: 0 };
    expect(mergeMetadata(unseen, { seen: 9 }, unseen)).toEqual({ seen: 9 });
    expect(mergeMetadata(unseen, { seen: 9 }, { seen: 7 })).toEqual({ seen: 7 });
    expect(mergeMetadata(unseen, { seen: 7 }, { seen: 9 })).toEqual({ seen: 7 });
    expect(mergeMetadata(unseen, unseen, { seen: 9 })).toEqual({ seen: 9 });
  });

  it("reads back what it writes, and writes nothing for nothing", () => {
    const all = { principal: 'a"~\u2028', created: 1.5, maxAge: 0, seen: 0 };
    expect(parseMetadata(formatMetadata(all))).toEqual(all);
    expect(formatMetadata({})).toBeUndefined();
    expect(parseMetadata(undefined)).toEqual({});
  });
});

describe("a stored maxAge or time that this store never wrote", () => {
  it.each(["1e999", "-1e999", "-1", "0.5", "1e300", '"60"', "null", "34560001"])(
    "is ignored, and the session can be saved: %s",
    async (maxAge) => {
      const text = `{"created":1e999,"maxAge":${maxAge},"seen":-1e999}`;
      expect(parseMetadata(text)).toEqual({});
      const backend = new MemoryBackend();
      const bytes = Buffer.from(JSON.stringify({ a: 0, _redistore: text }));
      await backend.create("id", bytes, 60, new Deadline(1));
      const record = await makeRecords(backend).load("id");
      record.values["a"] = 1;
      expect(await record.save()).toBe(true);
    },
  );
});

describe("whose session it is", () => {
  it("survives another request's change of maxAge, and its own", async () => {
    const session = await storeSession({ a: 0 });
    const first = await session.load();
    await first.regenerate({ principal: "ada" });
    const load = () => session.records.load(first.id);
    const [one, two] = [await load(), await load()];
    one.maxAge = 60;
    two.values["b"] = 1;
    await one.save();
    await two.save();
    const after = await session.records.load(first.id);
    expect(after.principal).toBe("ada");
    expect(after.maxAge).toBe(60);
  });

  it("is not wiped by a request that had loaded the session before it was renewed", async () => {
    const session = await storeSession({ a: 0 });
    const login = await session.load();
    await login.regenerate({ principal: "ada" });
    const load = () => session.records.load(login.id);
    const [slow, renewal] = [await load(), await load()];
    await renewal.regenerate({ grace: 60 });
    slow.maxAge = 60;
    slow.values["b"] = 1;
    await slow.save();
    expect(slow.id).toBe(renewal.id);
    const after = await session.records.load(renewal.id);
    expect([after.principal, after.maxAge, after.values]).toEqual(["ada", 60, { a: 0, b: 1 }]);
  });
});

describe("a session's own maxAge", () => {
  it("is stored where it is not the store's, and no longer where it is again", async () => {
    const session = await storeSession({ a: 0 });
    const record = await session.load();
    expect(record.maxAge).toBe(3600);
    record.maxAge = 0;
    expect(record.changed).toBe(true);
    await record.save();
    expect(await session.stored()).toEqual({ a: 0, _redistore: '{"maxAge":0}' });
    const again = await session.load();
    expect(again.maxAge).toBe(0);
    again.maxAge = 3600;
    await again.save();
    expect(await session.stored()).toEqual({ a: 0 });
  });

  it("alone is nothing worth a record", async () => {
    const record = (await storeSession({ a: 0 })).records.create();
    record.maxAge = 60;
    expect(record.changed).toBe(false);
    expect(await record.save()).toBe(false);
  });

  it("goes along when the session moves, whatever is kept", async () => {
    for (const keep of [true, false, ["a"]]) {
      const record = await (await storeSession({ a: 0 })).load();
      record.maxAge = 60;
      await record.regenerate({ keep });
      expect(record.maxAge).toBe(60);
    }
  });

  it("decides when the record ends, 0 by the time for browser sessions", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    for (const [maxAge, seconds] of [
      [3600, 3600],
      [60, 60],
      [0, 1200],
    ] as const) {
      const session = await storeSession({ a: 0 }, { now: () => now }, backend);
      const record = await session.load();
      record.values["b"] = 1;
      record.maxAge = maxAge;
      await record.save();
      now += seconds - 1;
      expect((await session.load()).state).toBe("live");
      now += 1;
      expect((await session.load()).state).toBe("new");
    }
  });

  it("gives way to a lifetime that the caller sets", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    const session = await storeSession({ a: 0 }, { now: () => now }, backend);
    const record = await session.load();
    record.lifetime = 7200;
    await record.touch();
    now += 7199;
    expect((await session.load()).state).toBe("live");
    expect(await session.stored()).toEqual({ a: 0 });
  });
});
