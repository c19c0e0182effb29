// Moves, ends and reads whose replies are lost.
import { describe, expect, it } from "vitest";
import { loadSession, LOST } from "./loaded-session.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";

const UNKNOWN = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "unknown" };
const NONE = { code: "ERR_REDISTORE_UNAVAILABLE", outcome: "none" };

describe("a retirement without a reply", () => {
  it.each(LOST)("is repeated, and the new session lives (%s)", async (fault) => {
    const { session, process, record } = await loadSession({ a: 0 });
    const moving = record.regenerate({ principal: "ada" });
    await take(process, "create");
    await take(process, "admit", fault);
    await take(process, "admit");
    await take(process, "retire", fault);
    await take(process, "retire");
    await moving;
    expect(await session.stored(record.id)).toMatchObject({ a: 0 });
    expect(await session.stored()).toBeUndefined();
  });

  it.each(LOST)(
    "never deletes the new session, which may be the only one left (%s)",
    async (fault) => {
      const { session, process, record } = await loadSession({ a: 0 });
      const moving = rejection(record.regenerate());
      await take(process, "create");
      for (let attempt = 1; attempt <= 3; attempt++) await take(process, "retire", fault);
      expect(await moving).toMatchObject(UNKNOWN);
      expect(process.pending).toEqual([]);
      const alive: unknown[] = [];
      for await (const id of session.records.ids()) alive.push(await session.stored(id));
      expect(alive).toEqual(fault === "replyLost" ? [{ a: 0 }] : [{ a: 0 }, { a: 0 }]);
      await finish(process, record.destroy());
      expect(await session.stored()).toBeUndefined();
      expect(await session.records.count()).toBe(fault === "replyLost" ? 0 : 1);
    },
  );

  it.each(LOST)(
    "takes over a write that came between, also without a reply (%s)",
    async (fault) => {
      const { session, process, record } = await loadSession({ a: 0 });
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

describe("a logout without a reply", () => {
  it.each(LOST)("is repeated, and counts as one (%s)", async (fault) => {
    const { session, process, record } = await loadSession({ a: 0 });
    const ending = record.destroy();
    await take(process, "delete", fault);
    await take(process, "delete");
    expect(await ending).toBe(true);
    expect(await session.stored()).toBeUndefined();
  });

  it("of a session that is not there ended nothing", async () => {
    const { process, session } = await loadSession({ a: 0 });
    const ending = makeRecords(process).destroy(`not ${session.id}`);
    await take(process, "delete", "replyLost");
    await take(process, "delete");
    expect(await ending).toBe(false);
  });

  it("is told where it cannot be done, and can be repeated", async () => {
    const { session, process, record } = await loadSession({ a: 0 });
    const ending = rejection(record.destroy());
    await take(process, "delete", "unsent");
    expect(await ending).toMatchObject(NONE);
    expect(record.state).toBe("live");
    expect(record.values).toEqual({ a: 0 });
    await finish(process, record.destroy());
    expect(await session.stored()).toBeUndefined();
  });
});

describe("a read without a reply", () => {
  it("is an error, never an empty session", async () => {
    const { process, session, record } = await loadSession({ a: 0 });
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
