// Sessions that end: what remains, what comes back (nothing), and what a request that has loaded one can do.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { describe, expect, inject, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import { SessionGoneError, StoreUnavailableError } from "../../../src/errors.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { makeRecords } from "./make-records.ts";
import { rejection } from "./steps.ts";
import { BACKENDS, storeSession, type Values } from "./stored-session.ts";

type Act = (record: SessionRecord<Values>) => Promise<unknown>;
const change = async ({ values }: SessionRecord<Values>): Promise<void> => void (values["b"] = 1);

describe.each(BACKENDS)("a session that was destroyed (%s)", (_, open) => {
  it.each<[string, Act]>([
    ["save", async (record) => change(record).then(() => record.save())],
    ["flash", async (record) => Promise.resolve(record.addFlash("x")).then(() => record.save())],
    ["update", (record) => record.update((values) => (values["b"] = 1))],
    ["touch", (record) => record.touch()],
    ["reload", (record) => record.reload()],
    ["renewal", async (record) => change(record).then(() => record.regenerate({ grace: 60 }))],
    [
      "change of maxAge",
      async (record) => Promise.resolve((record.maxAge = 60)).then(() => record.save()),
    ],
  ])("is not brought back by a slow %s", async (_case, act) => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const slow = await session.load();
    await session.records.destroy(session.id);
    expect(await rejection(act(slow))).toBeInstanceOf(SessionGoneError);
    expect([slow.state, slow.storedId]).toEqual(["gone", ""]);
    slow.values["c"] = 1;
    expect(await rejection(slow.save())).toBeInstanceOf(SessionGoneError);
    expect(await session.stored()).toBeUndefined();
    await session.backend.close();
  });

  it.each<[string, object, boolean]>([
    ["a value", {}, true],
    ["a property within a value", { user: { roles: ["a"] }, cookie: 1 }, true],
    ["all properties, and changes an incidental key", { user: {}, cookie: 2 }, true],
    ["nothing, but adds a property", { user: { id: 7, roles: ["a"], x: 1 }, cookie: 1 }, false],
    ["a property, and changes another", { user: { id: 8 }, cookie: 1 }, false],
    ["an array's item", { user: { id: 7, roles: [] }, cookie: 1 }, false],
  ])("accepts a slow save that removes %s: %j, %s", async (_case, values, isAccepted) => {
    const before: Values = { user: { id: 7, roles: ["a"] }, cookie: 1 };
    const session = await storeSession(before, {}, await open());
    const slow = await session.load();
    await session.records.destroy(session.id);
    for (const key of Object.keys(slow.values)) delete slow.values[key];
    Object.assign(slow.values, values);
    slow.incidentalKeys = ["cookie"];
    const outcome = await slow.save().then(
      () => "accepted",
      () => "rejected",
    );
    expect(outcome).toBe(isAccepted ? "accepted" : "rejected");
    expect(await session.stored()).toBeUndefined();
    await session.backend.close();
  });

  it("stays destroyed where 40 slow requests end after the logout", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const slow = await Promise.all(Array.from({ length: 40 }, () => session.loadElsewhere()));
    const logout = await session.load();
    expect(await logout.destroy()).toBe(true);
    for (const [index, { values }] of slow.entries()) values[`k${index}`] = 1;
    const outcomes = await Promise.allSettled(slow.map((record) => record.save()));
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(await session.records.count()).toBe(0);
    await session.backend.close();
  });

  it("can be destroyed again, which ends nothing", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const [one, two] = [await session.load(), await session.load()];
    expect(await one.destroy()).toBe(true);
    expect(await one.destroy()).toBe(false);
    expect(await two.destroy()).toBe(false);
    expect(await session.records.destroy(session.id)).toBe(false);
    await session.backend.close();
  });

  it.each([
    ["a user's", "ada"],
    ["nobody's", undefined],
  ])(
    "by its id, as %s session, is told so to a request that regenerates it",
    async (_whose, user) => {
      const session = await storeSession({ a: 0 }, {}, await open());
      const first = await session.load();
      await first.regenerate(user === undefined ? {} : { principal: user });
      await session.records.destroy(first.id, { told: true });
      const { tombstone } = await session.backend.get(first.id, new Deadline(20));
      expect(tombstone).toMatchObject({ kind: "ended", told: true, owned: user !== undefined });
      const late = await session.records.load(first.id);
      late.values["b"] = 1;
      const failure: unknown = await late.regenerate().catch((error: unknown) => error);
      // A user's session must not go on as a guest's, whose cookie could replace that of the next login.
      expect(failure instanceof SessionGoneError).toBe(user !== undefined);
      await session.backend.close();
    },
  );

  it("whose bytes cannot be read ends all the same", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const record = Buffer.from("not JSON");
    await session.backend.replace(session.id, undefined, record, 60, new Deadline(20));
    expect(await session.records.destroy(session.id, { told: true })).toBe(true);
    await session.backend.close();
  });

  it("is not created again under its id", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    await session.records.destroy(session.id, { told: true });
    const again = session.records.create(session.id);
    again.values["a"] = 0;
    expect(await rejection(again.save())).toBeInstanceOf(SessionGoneError);
    expect((await session.load()).state).toBe("gone");
    await session.backend.close();
  });
});

describe("a destroyed session that another program writes again (Redis)", () => {
  it("stays ended, and its record can be destroyed", async () => {
    const url = inject("redisUrl");
    const keyPrefix = `test_${randomUUID()}_`;
    const backend = await openBackend(collect([withURL(url)]), { keyPrefix, now: () => 0 });
    const session = await storeSession({ a: 0 }, {}, backend);
    await session.records.destroy(session.id, { told: true });
    const redis = new Redis(url);
    await redis.set(keyPrefix + session.id, '{"a":0}', "EX", 60);
    await redis.quit();
    const loaded = await session.load();
    expect([loaded.state, loaded.values]).toEqual(["gone", {}]);
    expect(await session.records.destroy(session.id)).toBe(true);
    await backend.close();
  });
});

describe("a record that is gone", () => {
  it("has no values, no id, and is new once its tombstone has expired, too", async () => {
    const { records } = await storeSession({ a: 0 });
    const record = await records.load("never-there");
    expect([record.state, record.storedId, record.isNew]).toEqual(["new", "", true]);
    expect(record.values).toEqual({});
  });

  it("never lends its id to a new one", async () => {
    const { records, backend } = await storeSession({ a: 0 });
    const record = await records.load("never-there");
    record.values["a"] = 1;
    await record.save();
    expect(record.id).toMatch(/^[A-Z2-7]{52}$/);
    expect(await backend.get("never-there", new Deadline(1))).toEqual({
      record: undefined,
      tombstone: undefined,
    });
  });

  it("is left unwritten if it has expired since a request loaded it", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    const session = await storeSession({ a: 0 }, { now: () => now }, backend);
    const [writer, reader, toucher] = [
      await session.load(),
      await session.load(),
      await session.load(),
    ];
    now += 3600;
    writer.values["b"] = 1;
    expect(await rejection(writer.save())).toBeInstanceOf(SessionGoneError);
    expect(await reader.save()).toBe(false);
    expect(await rejection(toucher.touch())).toBeInstanceOf(SessionGoneError);
    expect(await session.records.count()).toBe(0);
  });

  it("fails no request at its end that changed nothing", async () => {
    const session = await storeSession({ a: 0, _flash: ["x"] });
    const reader = await session.load();
    await session.records.destroy(session.id);
    for (const act of [reader.touch(), reader.reload()])
      expect(await rejection(act)).toBeInstanceOf(SessionGoneError);
    expect(reader.values).toEqual({ a: 0, _flash: ["x"] });
    expect(reader.changed).toBe(false);
    expect(await reader.save()).toBe(false);
    reader.values["b"] = 1;
    expect(reader.changed).toBe(true);
    expect(await rejection(reader.save())).toBeInstanceOf(SessionGoneError);
  });

  it("was ended before anything was stored, if it was new", async () => {
    const record = (await storeSession({ a: 0 })).records.create();
    record.values["a"] = 1;
    expect(await record.destroy()).toBe(false);
    expect([record.state, record.changed]).toEqual(["new", false]);
    expect(record.values).toEqual({});
  });
});

describe("touching and reloading", () => {
  it("raise the expiry and never lower it", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    const session = await storeSession({ a: 0 }, { now: () => now }, backend);
    now += 3000;
    await (await session.load()).touch();
    now += 3599;
    const record = await session.load();
    expect(record.state).toBe("live");
    record.lifetime = 10_000;
    await record.touch();
    record.lifetime = 1;
    await record.touch();
    now += 9_999;
    expect((await session.load()).state).toBe("live");
  });

  it("store nothing, create nothing and drop nothing", async () => {
    const session = await storeSession({ a: 0 });
    const [mine, other] = [await session.load(), await session.load()];
    other.values["b"] = 1;
    await other.save();
    mine.values["c"] = 1;
    await mine.touch();
    expect(await session.stored()).toEqual({ a: 0, b: 1 });
    await mine.save();
    expect(await session.stored()).toEqual({ a: 0, b: 1, c: 1 });
    const fresh = session.records.create();
    fresh.values["a"] = 1;
    await fresh.touch();
    expect([fresh.state, fresh.values]).toEqual(["new", { a: 1 }]);
    await fresh.reload();
    expect(fresh.values).toEqual({});
  });

  it("go along with a session that has moved", async () => {
    const session = await storeSession({ a: 0 });
    const [mover, toucher, reader] = [
      await session.load(),
      await session.load(),
      await session.load(),
    ];
    mover.values["b"] = 1;
    await mover.regenerate({ grace: 60 });
    await toucher.touch();
    await reader.reload();
    expect([toucher.id, reader.id]).toEqual([mover.id, mover.id]);
    expect([toucher.values, reader.values]).toEqual([{ a: 0 }, { a: 0, b: 1 }]);
    reader.addFlash("x");
    await reader.reload();
    expect(reader.values).toEqual({ a: 0, b: 1 });
  });
});

describe("records of a closed store", () => {
  it("reject, and health says why", async () => {
    const session = await storeSession({ a: 0 });
    const record = await session.load();
    record.values["b"] = 1;
    await session.records.close();
    await session.records.close();
    for (const act of [record.save(), record.touch(), record.destroy(), session.load()]) {
      expect(await rejection(act)).toBeInstanceOf(StoreUnavailableError);
    }
    const health = await session.records.health();
    expect(health).toMatchObject({ ok: false, error: expect.any(StoreUnavailableError) as Error });
    expect(await rejection(makeRecords(session.backend).count())).toBeInstanceOf(Error);
  });
});
