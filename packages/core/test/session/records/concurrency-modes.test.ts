// withConcurrency: what "fail" and "overwrite" do where "merge" would merge.
import { describe, expect, it } from "vitest";
import { ConflictError, SessionGoneError } from "../../../src/errors.ts";
import { rejection } from "./steps.ts";
import { BACKENDS, storeSession } from "./stored-session.ts";

describe.each(BACKENDS)('"fail" (%s)', (_, open) => {
  const fail = { concurrency: "fail" } as const;

  it("refuses the later of two saves, in one process and in two, and stores nothing of it", async () => {
    const session = await storeSession({ a: 0 }, fail, await open());
    const [one, here, there] = [
      await session.load(),
      await session.load(),
      await session.loadElsewhere(fail),
    ];
    one.values["a"] = 1;
    here.values["b"] = 1;
    there.values["c"] = 1;
    await one.save();
    for (const late of [here, there]) {
      const failure = await rejection(late.save());
      expect(failure).toBeInstanceOf(ConflictError);
      expect(failure).toMatchObject({ status: 409 });
    }
    expect(await session.stored()).toEqual({ a: 1 });
    await session.backend.close();
  });

  it("refuses one of two that save at once", async () => {
    const session = await storeSession({ a: 0 }, fail, await open());
    const records = [await session.load(), await session.load()];
    const saves = records.map((record, index) => {
      record.values[`k${index}`] = 1;
      return record.save();
    });
    const outcomes = await Promise.allSettled(saves);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await session.stored()).toEqual({ a: 0, k0: 1 });
    await session.backend.close();
  });

  it("lets one request save again and again, and an update repeat itself", async () => {
    const session = await storeSession({ n: 0 }, fail, await open());
    const [one, two] = [await session.load(), await session.load()];
    for (const value of [1, 2]) {
      one.values["a"] = value;
      await one.save();
    }
    await two.update((values) => (values["n"] = Number(values["n"]) + 1));
    expect(await session.stored()).toEqual({ n: 1, a: 2 });
    await session.backend.close();
  });

  it("lets a save through again after a reload", async () => {
    const session = await storeSession({ a: 0 }, fail, await open());
    const [one, two] = [await session.load(), await session.load()];
    one.values["a"] = 1;
    await one.save();
    two.values["b"] = 1;
    await rejection(two.save());
    await two.reload();
    expect(two.values).toEqual({ a: 1 });
    two.values["b"] = 1;
    await two.save();
    expect(await session.stored()).toEqual({ a: 1, b: 1 });
    await session.backend.close();
  });

  it("is not deceived by a touch of a session that moved", async () => {
    const session = await storeSession({ a: 0 }, fail, await open());
    const [mover, late] = [await session.load(), await session.load()];
    mover.values["a"] = 1;
    await mover.regenerate({ grace: 60 });
    await late.touch();
    expect(late.id).toBe(mover.id);
    late.values["a"] = 2;
    expect(await rejection(late.save())).toBeInstanceOf(ConflictError);
    await session.backend.close();
  });
});

describe.each(BACKENDS)('"overwrite" (%s)', (_, open) => {
  const overwrite = { concurrency: "overwrite" } as const;

  it("lets the later save win whole, in one process and in two", async () => {
    const session = await storeSession({ a: 0 }, overwrite, await open());
    const [one, here, there] = [
      await session.load(),
      await session.load(),
      await session.loadElsewhere(overwrite),
    ];
    one.values["b"] = 1;
    here.values["c"] = 1;
    there.values["d"] = 1;
    await one.save();
    await here.save();
    expect(await session.stored()).toEqual({ a: 0, c: 1 });
    await there.save();
    expect(await session.stored()).toEqual({ a: 0, d: 1 });
    await session.backend.close();
  });

  it("writes nothing where nothing changed", async () => {
    const session = await storeSession({ a: 0 }, overwrite, await open());
    const [writer, reader] = [await session.load(), await session.load()];
    writer.values["a"] = 1;
    await writer.save();
    expect(await reader.save()).toBe(false);
    expect(await session.stored()).toEqual({ a: 1 });
    await session.backend.close();
  });

  it("brings no ended session back", async () => {
    const session = await storeSession({ a: 0 }, overwrite, await open());
    const slow = await session.load();
    slow.values["b"] = 1;
    await session.records.destroy(session.id);
    expect(await rejection(slow.save())).toBeInstanceOf(SessionGoneError);
    expect(await session.stored()).toBeUndefined();
    await session.backend.close();
  });

  it("leaves the metadata of a renewed session to the store", async () => {
    const session = await storeSession({ a: 0 }, overwrite, await open());
    const login = await session.load();
    login.values["user"] = "ada";
    await login.regenerate({ principal: "ada" });
    const load = () => session.records.load(login.id);
    const [slow, renewal] = [await load(), await load()];
    renewal.values["c"] = 1;
    await renewal.regenerate({ grace: 60 });
    slow.values["b"] = 1;
    await slow.save();
    expect(await session.stored(renewal.id)).toEqual({
      a: 0,
      b: 1,
      user: "ada",
      _redistore: '{"principal":"ada","seen":0}',
    });
    await session.backend.close();
  });

  it("still counts every update", async () => {
    const session = await storeSession({ n: 0 }, overwrite, await open());
    const records = await Promise.all(Array.from({ length: 20 }, () => session.load()));
    await Promise.all(
      records.map((record) => record.update((values) => (values["n"] = Number(values["n"]) + 1))),
    );
    expect(await session.stored()).toEqual({ n: 20 });
    await session.backend.close();
  });
});
