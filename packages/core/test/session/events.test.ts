// The events in a session's life, each with its public id and its user, and onEvent, which gets them all.
import { describe, expect, it, onTestFinished } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { onEvent, type StoreEvent } from "../../src/diagnostics.ts";
import { SessionGoneError } from "../../src/errors.ts";
import { makeRecords } from "./records/make-records.ts";

function listening() {
  const clock = { now: 2_000_000_000 };
  const now = (): number => clock.now;
  const limited = { sessionLimit: { limit: 2, atLimit: "evict-oldest" } } as const;
  const records = makeRecords(new MemoryBackend({ now }), {
    now,
    absoluteTimeout: 5000,
    ...limited,
  });
  const events: StoreEvent[] = [];
  onTestFinished(onEvent((event) => void events.push(event)));
  return { clock, records, taken: () => events.splice(0) };
}

const logIn = async ({ records }: ReturnType<typeof listening>) => {
  const session = records.create();
  await session.regenerate({ principal: "ada" });
  return session;
};

describe("onEvent", () => {
  it("tells of a session from its beginning to its logout", async () => {
    const { records, taken } = listening();
    const session = records.create();
    session.values["cart"] = 1;
    await session.save();
    const guest = session.publicId;
    expect(taken()).toEqual([{ event: "created", publicId: guest, principal: undefined }]);
    session.values["cart"] = 2;
    await session.save();
    expect(taken()).toEqual([]);
    await session.regenerate({ principal: "ada" });
    const ada = { publicId: session.publicId, principal: "ada" };
    expect(taken()).toEqual([{ event: "regenerated", login: true, ...ada }]);
    await session.regenerate({ grace: 30 });
    expect(taken()).toEqual([{ event: "renewed", ...ada }]);
    await session.regenerate();
    expect(taken()).toEqual([{ event: "regenerated", login: false, ...ada }]);
    await session.destroy();
    expect(taken()).toEqual([{ event: "destroyed", by: "logout", ...ada }]);
    await session.destroy();
    expect(taken()).toEqual([]);
  });

  it("tells who ended a session: another device, the limit, an operator", async () => {
    const world = listening();
    const { records, clock, taken } = world;
    const sessions = [];
    for (let count = 0; count < 4; count++) {
      sessions.push(await logIn(world));
      clock.now += 1;
    }
    const [first, second, third, fourth] = sessions.map(({ publicId }) => publicId);
    const ended = () => taken().filter(({ event }) => event === "destroyed" || event === "capped");
    expect(ended()).toMatchObject([
      { event: "capped", publicId: first, principal: "ada" },
      { event: "destroyed", publicId: first, by: "limit" },
      { event: "capped", publicId: second },
      { event: "destroyed", publicId: second, by: "limit" },
    ]);
    await records.principal("ada").destroy(third ?? "");
    expect(ended()).toEqual([
      { event: "destroyed", publicId: third, principal: "ada", by: "elsewhere" },
    ]);
    await records.destroy(sessions[3]?.id ?? "");
    expect(ended()).toEqual([
      { event: "destroyed", publicId: fourth, principal: undefined, by: "elsewhere" },
    ]);
  });

  it("tells of a session that is over, of one that ended under its request, and of nothing when it was stopped", async () => {
    const world = listening();
    const { records, clock, taken } = world;
    const session = await logIn(world);
    const { publicId, id } = session;
    const other = await records.load(id);
    await records.destroy(id);
    taken();
    other.values["n"] = 1;
    await expect(other.save()).rejects.toThrow(SessionGoneError);
    expect(taken()).toEqual([{ event: "gone", publicId }]);
    const long = await logIn(world);
    long.maxAge = 9000;
    await long.save();
    clock.now += 4999;
    expect((await records.load(long.id)).state).toBe("live");
    const stopped: StoreEvent[] = [];
    onEvent((event) => void stopped.push(event))();
    await logIn(world);
    expect(stopped).toEqual([]);
  });

  it("has no id and no value in any event", async () => {
    const world = listening();
    const session = await logIn(world);
    session.values["secret"] = "canary";
    await session.save();
    const { id } = session;
    await session.regenerate({ grace: 5 });
    const text = JSON.stringify(world.taken());
    expect(text).not.toContain("canary");
    for (const secret of [id, session.id]) expect(text).not.toContain(secret);
  });
});
