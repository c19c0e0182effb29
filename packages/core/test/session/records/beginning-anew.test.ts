// Logins on sessions that are stored nowhere: new ones, and those that have ended.
import { describe, expect, it } from "vitest";
import { SessionGoneError } from "../../../src/errors.ts";
import { makeRecords } from "./make-records.ts";
import { rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { storeSession } from "./stored-session.ts";

const ADA = '{"principal":"ada"}';

describe("a login", () => {
  it("begins a session where there is none, though it has no data but whose it is", async () => {
    const session = await storeSession({ a: 0 });
    const record = session.records.create();
    await record.regenerate({ principal: "ada" });
    expect(record.state).toBe("live");
    expect(await session.stored(record.id)).toEqual({ _redistore: ADA });
  });

  it("after a logout in the same request begins a new one, under a new id", async () => {
    const session = await storeSession({ a: 0 });
    const record = await session.load();
    await record.destroy();
    record.values["user"] = "bob";
    await record.regenerate({ principal: "bob" });
    expect(record.id).not.toBe(session.id);
    expect(await session.stored(record.id)).toEqual({
      user: "bob",
      _redistore: '{"principal":"bob"}',
    });
    expect(await session.stored()).toBeUndefined();
  });

  it("with the id of a session that was just logged out begins a new one", async () => {
    const session = await storeSession({ a: 0 });
    await session.records.destroy(session.id, { told: true });
    const record = await session.load();
    expect(record.state).toBe("gone");
    await record.regenerate({ principal: "ada" });
    expect(record.state).toBe("live");
    record.values["b"] = 1;
    await record.save();
    expect(await session.stored(record.id)).toEqual({ b: 1, _redistore: ADA });
  });

  it("takes nothing along of a session that ended under the request but what that request itself set", async () => {
    const session = await storeSession({ user: "ada", cart: [1], _flash: ["old"] });
    const first = await session.load();
    await first.regenerate({ principal: "ada" });
    const slow = await session.records.load(first.id);
    await session.records.destroy(first.id);
    slow.values["mine"] = 1;
    slow.values["cart"] = [2];
    slow.addFlash("new");
    slow.maxAge = 60;
    for (let attempt = 1; attempt <= 2; attempt++)
      expect(await rejection(slow.save())).toBeInstanceOf(SessionGoneError);
    expect(await rejection(slow.regenerate())).toBeInstanceOf(SessionGoneError);
    await slow.regenerate({ principal: "ada" });
    const after = { mine: 1, cart: [2], _flash: ["new"] };
    expect(slow.values).toEqual(after);
    expect(await session.stored(slow.id)).toEqual({
      ...after,
      _redistore: '{"principal":"ada","maxAge":60}',
    });
  });

  it("takes nothing along where the request had set nothing, and stores nothing then", async () => {
    const session = await storeSession({ user: "ada", _flash: ["old"] });
    const slow = await session.load();
    await session.records.destroy(session.id);
    slow.flashes();
    await slow.regenerate();
    expect([slow.state, slow.values, await session.records.count()]).toEqual(["new", {}, 0]);
  });

  it("that fails leaves the session ended: no later save stores anything", async () => {
    const session = await storeSession({ a: 0 });
    await session.records.destroy(session.id, { told: true });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await take(process, "get");
    const record = await loading;
    record.values["user"] = "ada";
    const login = rejection(record.regenerate({ principal: "ada" }));
    await take(process, "create", "unsent");
    await login;
    expect([record.state, record.principal]).toEqual(["gone", undefined]);
    expect(await rejection(record.save())).toBeInstanceOf(SessionGoneError);
    expect(await session.records.count()).toBe(0);
  });

  it("that regenerates nothing to nothing stores nothing", async () => {
    const { records } = await storeSession({ a: 0 });
    const record = records.create();
    await record.regenerate();
    expect([record.state, await records.count()]).toEqual(["new", 1]);
  });

  it("takes an id that the caller chooses", async () => {
    const session = await storeSession({ a: 0 });
    const live = await session.load();
    await live.regenerate({}, "chosen");
    const later = session.records.create();
    await later.regenerate({}, "later");
    later.values["b"] = 1;
    await later.save();
    expect(await session.stored("chosen")).toEqual({ a: 0 });
    expect(await session.stored("later")).toEqual({ b: 1 });
  });
});
