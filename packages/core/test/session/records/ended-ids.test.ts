// What requests may do that arrive with the id of an ended session, and those that had loaded it before it ended.
import { describe, expect, it } from "vitest";
import { SessionGoneError } from "../../../src/errors.ts";
import { SETTLING_SECONDS } from "../../../src/protocol/load.ts";
import type { Records } from "../../../src/session/records.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { BACKENDS, storeSession, type Values } from "./stored-session.ts";

type Open = (typeof BACKENDS)[number][1];

/** A stored session of ada, and a clock to move on. The backend's own clock stays, as that of a Redis. */
async function loggedIn(open: Open) {
  const clock = { late: 0 };
  const now = (): number => Date.now() / 1000 + clock.late;
  const session = await storeSession({ cart: 1 }, { now }, await open());
  const login = await session.load();
  login.values["user"] = "ada";
  await login.regenerate({ principal: "ada" });
  return { clock, session, records: session.records, id: login.id };
}

describe.each(BACKENDS)(
  "a request that arrives after its session was ended elsewhere (%s)",
  (_, open) => {
    it("begins a new session at once, under a new id and with nothing of the old one", async () => {
      const { records, session, id } = await loggedIn(open);
      await records.destroy(id);
      const record = await records.load(id);
      expect([record.state, record.values, record.principal]).toEqual(["new", {}, undefined]);
      record.values["returnTo"] = "/account";
      expect(await record.save()).toBe(true);
      expect(record.id).not.toBe(id);
      expect(await session.stored(record.id)).toEqual({ returnTo: "/account" });
      expect(await session.stored(id)).toBeUndefined();
      await session.backend.close();
    });

    it("ends nothing by a logout", async () => {
      const { records, session, id } = await loggedIn(open);
      await records.destroy(id);
      expect(await (await records.load(id)).destroy()).toBe(false);
      await session.backend.close();
    });
  },
);

describe.each(BACKENDS)("a request that arrives after its browser logged out (%s)", (_, open) => {
  it("stores nothing during the settling time, and then begins a new session", async () => {
    const { records, session, id, clock } = await loggedIn(open);
    await (await records.load(id)).destroy();
    clock.late += SETTLING_SECONDS - 1;
    const early = await records.load(id);
    early.values["a"] = 1;
    expect(await rejection(early.save())).toBeInstanceOf(SessionGoneError);
    clock.late += 2;
    const late = await records.load(id);
    late.values["a"] = 1;
    expect(await late.save()).toBe(true);
    expect(late.id).not.toBe(id);
    await session.backend.close();
  });

  it("may log in at once, and keeps what it set itself", async () => {
    const { records, session, id } = await loggedIn(open);
    await (await records.load(id)).destroy();
    const record = await records.load(id);
    record.values["language"] = "de";
    await record.regenerate({ principal: "ada" });
    expect(await session.stored(record.id)).toEqual({
      language: "de",
      _redistore: '{"principal":"ada"}',
    });
    await session.backend.close();
  });

  it("may not go on as a guest with regenerate if the session was a user's, and may without keeping", async () => {
    const { records, session, id } = await loggedIn(open);
    await (await records.load(id)).destroy();
    const record = await records.load(id);
    expect(await rejection(record.regenerate())).toBeInstanceOf(SessionGoneError);
    await (await records.load(id)).regenerate({ keep: false });
    await session.backend.close();
  });

  it("may go on with regenerate if the session was a guest's", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    await (await session.load()).destroy();
    const record = await session.load();
    expect(record.state).toBe("gone");
    record.values["a"] = 1;
    await record.regenerate();
    expect(await session.stored(record.id)).toEqual({ a: 1 });
    await session.backend.close();
  });
});

describe.each(BACKENDS)("two logins at once (%s)", (_, open) => {
  it("both succeed; the second takes along only what it set itself", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const [one, two] = [await session.load(), await session.loadElsewhere()];
    two.values["language"] = "de";
    await one.regenerate({ principal: "ada" });
    await two.regenerate({ principal: "ada" });
    expect(await session.stored(one.id)).toMatchObject({ cart: 1 });
    expect(await session.stored(two.id)).toEqual({
      language: "de",
      _redistore: '{"principal":"ada"}',
    });
    await session.backend.close();
  });

  it("both succeed if they keep nothing, and neither ends the other", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const [one, two] = [await session.load(), await session.loadElsewhere()];
    await one.regenerate({ principal: "ada", keep: false });
    await two.regenerate({ principal: "ada", keep: false });
    expect(await session.stored(one.id)).toBeDefined();
    expect(await session.stored(two.id)).toBeDefined();
    await session.backend.close();
  });

  it("both succeed without a principal, as a guest's regenerate", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const [one, two] = [await session.load(), await session.loadElsewhere()];
    for (const each of [one, two]) each.values["user"] = "ada";
    await one.regenerate();
    await two.regenerate();
    expect(await session.stored(one.id)).toEqual({ cart: 1, user: "ada" });
    expect(await session.stored(two.id)).toEqual({ user: "ada" });
    await session.backend.close();
  });
});

describe("a login with a chosen id", () => {
  it("keeps that id when the old session ends meanwhile", async () => {
    const session = await storeSession({ cart: 1 });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await take(process, "get");
    const record = await loading;
    record.values["language"] = "de";
    const login = record.regenerate({ principal: "ada" }, "chosen");
    await take(process, "create");
    await session.records.destroy(session.id);
    await take(process, "admit");
    await take(process, "retire");
    // Nothing of the ended session may stay in the new one, which is let in once more, now by itself.
    expect(await finish(process, login)).toEqual(["replace", "admit"]);
    expect(await session.stored("chosen")).toEqual({
      language: "de",
      _redistore: '{"principal":"ada"}',
    });
  });
});

describe.each(BACKENDS)("a logout (%s)", (_, open) => {
  const start = async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const load = (records: Records<Values> = session.records) => records.load(session.id);
    return { session, load };
  };

  it("ends the login that took the data along, if it had loaded the session before", async () => {
    const { session, load } = await start();
    const [login, logout] = [await load(), await load()];
    await login.regenerate({ principal: "ada" });
    expect(await logout.destroy()).toBe(true);
    expect(await session.stored(login.id)).toBeUndefined();
    await session.backend.close();
  });

  it("of a guest leaves the login that it ended marked as a user's, so that its id begins no guest's session", async () => {
    const session = await storeSession({ cart: 1 }, {}, await open());
    const [slow, login] = [await session.load(), await session.load()];
    await login.regenerate({ principal: "ada" });
    expect(await slow.destroy()).toBe(true);
    const late = await session.records.load(login.id);
    late.values["a"] = 1;
    expect(late.state).toBe("gone");
    expect(await rejection(late.regenerate())).toBeInstanceOf(SessionGoneError);
    await session.backend.close();
  });

  it("ends no login if it arrives with the old id, which another person may know", async () => {
    const { session, load } = await start();
    const login = await load();
    await login.regenerate({ principal: "ada" });
    const stolen = await load();
    expect(stolen.state).toBe("gone");
    expect(await stolen.destroy()).toBe(false);
    expect(await session.stored(login.id)).toBeDefined();
    await session.backend.close();
  });

  it("ends the same session under its new id, also if it arrives with the old one", async () => {
    const { session, load } = await start();
    const renewal = await load();
    await renewal.regenerate();
    expect(await (await load()).destroy()).toBe(true);
    expect(await session.stored(renewal.id)).toBeUndefined();
    await session.backend.close();
  });

  it("ends no session that kept nothing of the old one", async () => {
    const { session, load } = await start();
    const [login, logout] = [await load(), await load()];
    await login.regenerate({ principal: "ada", keep: false });
    expect(await logout.destroy()).toBe(false);
    expect(await session.stored(login.id)).toBeDefined();
    await session.backend.close();
  });

  it("succeeds twice, and its save that only removes values succeeds after the end", async () => {
    const { session, load } = await start();
    const [one, two] = [await load(), await session.loadElsewhere()];
    await one.destroy();
    delete two.values["cart"];
    expect(await two.save()).toBe(false);
    expect(two.state).toBe("gone");
    await two.regenerate({ keep: false });
    expect(await session.records.count()).toBe(0);
    await session.backend.close();
  });
});

describe("a save that only removes values", () => {
  it("is refused if the values live on in a login that took them along", async () => {
    const session = await storeSession({ cart: 1, more: 1 });
    const [login, slow] = [await session.load(), await session.loadElsewhere()];
    await login.regenerate({ principal: "ada" });
    delete slow.values["cart"];
    expect(await rejection(slow.save())).toBeInstanceOf(SessionGoneError);
    expect(await session.stored(login.id)).toMatchObject({ cart: 1 });
  });
});
