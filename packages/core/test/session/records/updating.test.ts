// update(fn): counters and lists that no request loses a change of, and functions that fail.
import { describe, expect, it } from "vitest";
import { ConfigError, SessionGoneError } from "../../../src/errors.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, settled, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { BACKENDS, storeSession, type Values } from "./stored-session.ts";

const increment = (values: Values): number => (values["n"] = Number(values["n"] ?? 0) + 1);

describe.each(BACKENDS)("updates (%s)", (_, open) => {
  it("count every one of 200 that run at once, in one process and in four", async () => {
    const session = await storeSession({ n: 0 }, {}, await open());
    const processes = [1, 2, 3, 4].map(() => makeRecords(session.backend));
    const requests = processes.flatMap((records) => Array.from({ length: 50 }, () => records));
    const loaded = await Promise.all(requests.map((records) => records.load(session.id)));
    const results = await Promise.all(loaded.map((record) => record.update(increment)));
    expect(await session.stored()).toEqual({ n: 200 });
    expect(new Set(results).size).toBe(200);
    await session.backend.close();
  });
});

describe("an update", () => {
  it("is run again on the newest values where another request was faster", async () => {
    const session = await storeSession({ n: 1 });
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    other.values["n"] = 10;
    other.values["theirs"] = true;
    await other.save();
    const seen: unknown[] = [];
    const result = await mine.update((values) => {
      seen.push(values["n"]);
      return increment(values);
    });
    expect(seen).toEqual([1, 10]);
    expect(result).toBe(11);
    expect(mine.values).toEqual({ n: 11, theirs: true });
  });

  it("stores what was pending with it", async () => {
    const session = await storeSession({ n: 1, old: 1 });
    const record = await session.load();
    record.values["user"] = "ada";
    delete record.values["old"];
    await record.update(increment);
    expect(await session.stored()).toEqual({ n: 2, user: "ada" });
    expect(record.changed).toBe(false);
  });

  it("is applied once where it changes a pending value and is run again", async () => {
    const session = await storeSession({ n: 1 });
    const [mine, other] = [await session.load(), await session.loadElsewhere()];
    other.values["x"] = 1;
    await other.save();
    mine.values["cart"] = [];
    await mine.update((values) => (values["cart"] as string[]).push("book"));
    expect(await session.stored()).toEqual({ n: 1, x: 1, cart: ["book"] });
  });

  it("that throws stores nothing, pending changes included, and leaves the values as they were", async () => {
    const session = await storeSession({ n: 1 });
    const record = await session.load();
    record.values["list"] = [1];
    const failure = new Error("no");
    const update = record.update((values) => {
      values["n"] = 2;
      (values["list"] as number[]).push(2);
      throw failure;
    });
    expect(await rejection(update)).toBe(failure);
    expect(await session.stored()).toEqual({ n: 1 });
    expect(record.values).toEqual({ n: 1, list: [1] });
  });

  it("that throws fails no other save of the same time", async () => {
    const session = await storeSession({ n: 1 });
    const process = new SteppingBackend(session.backend);
    const records = makeRecords(process);
    const loading = Promise.all([1, 2, 3].map(() => records.load(session.id)));
    await finish(process, loading);
    const [first, failing, last] = await loading;
    if (!first || !failing || !last) throw new Error("Three were loaded.");
    first.values["a"] = 1;
    last.values["b"] = 2;
    const saving = first.save();
    const outcomes = Promise.allSettled([
      failing.update(() => {
        throw new Error("no");
      }),
      last.save(),
    ]);
    await finish(process, saving);
    await finish(process, outcomes);
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(await session.stored()).toEqual({ n: 1, a: 1, b: 2 });
  });

  it("must not be asynchronous: it is told so, nothing is stored, and no rejection is left behind", async () => {
    const session = await storeSession({ n: 1 });
    const fresh = session.records.create();
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    for (const record of [await session.load(), fresh]) {
      const failure = await rejection(
        record.update(async (values) => {
          values["n"] = 2;
          throw new Error("too late");
        }),
      );
      expect(failure).toBeInstanceOf(ConfigError);
      expect(String(failure)).toContain("synchronous");
    }
    await settled();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(await session.stored()).toEqual({ n: 1 });
    expect(fresh.state).toBe("new");
    expect(fresh.values).toEqual({});
  });

  it("gives the changes that came while it was on its way to the next save", async () => {
    const session = await storeSession({ n: 1, old: 1 });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await take(process, "get");
    const record = await loading;
    const updating = record.update(increment);
    await settled();
    record.values["late"] = true;
    delete record.values["old"];
    record.addFlash("late");
    await take(process, "replace");
    await updating;
    expect(record.values).toEqual({ n: 2, late: true, _flash: ["late"] });
    await finish(process, record.save());
    expect(await session.stored()).toEqual({ n: 2, late: true, _flash: ["late"] });
  });
});

describe("an update of a session that is not stored yet", () => {
  it("stores it", async () => {
    const { records } = await storeSession({ n: 1 });
    const record = records.create();
    record.values["a"] = 1;
    expect(await record.update(increment)).toBe(1);
    expect(record.state).toBe("live");
    expect((await records.load(record.id)).values).toEqual({ a: 1, n: 1 });
  });

  it("stores nothing where it leaves nothing", async () => {
    const record = (await storeSession({ n: 1 })).records.create();
    expect(await record.update((values) => Object.keys(values).length)).toBe(0);
    expect(record.state).toBe("new");
  });

  it("stores nothing where it throws, also not with the next save", async () => {
    const record = (await storeSession({ n: 1 })).records.create();
    await rejection(
      record.update((values) => {
        values["half"] = true;
        throw new Error("no");
      }),
    );
    expect(record.values).toEqual({});
    expect(await record.save()).toBe(false);
  });

  it("is not run where the session has ended", async () => {
    const session = await storeSession({ n: 1 });
    const record = await session.load();
    await session.records.destroy(session.id);
    record.values["a"] = 1;
    expect(await rejection(record.save())).toBeInstanceOf(SessionGoneError);
    let runs = 0;
    expect(await rejection(record.update(() => runs++))).toBeInstanceOf(SessionGoneError);
    expect(runs).toBe(0);
  });
});
