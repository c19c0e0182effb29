// store.principal(id): a user's sessions, listed and ended from elsewhere, and their limit.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import type { Backend } from "../../src/backends/backend.ts";
import { ConfigError, SessionGoneError, SessionLimitError } from "../../src/errors.ts";
import { withMaxSessionsPerPrincipal, withPrincipal } from "../../src/options/principal-options.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import type { RecordsSettings } from "../../src/protocol/protocol-context.ts";
import { createRecords } from "../../src/session/create-store.ts";
import type { Records } from "../../src/session/records.ts";
import type { SessionRecord } from "../../src/session/session-record.ts";
import { makeRecords } from "./records/make-records.ts";
import { SteppingBackend } from "./records/stepping-backend.ts";
import { finish, rejection, settled, take } from "./records/steps.ts";
import { BACKENDS } from "./records/stored-session.ts";

type Values = Record<string, unknown>;
type Act = (session: SessionRecord<Values>) => Promise<unknown>;

const START = 2_000_000_000;
const principalOf = ({ user }: Values) => user as string | undefined;
const DAY = 86_400;

const opened: Backend[] = [];
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend.close();
});

describe.each(BACKENDS)("the sessions of a user (%s)", (_, open) => {
  const start = async (settings: Partial<RecordsSettings> = {}) => {
    const backend = await open();
    opened.push(backend);
    const clock = { now: START };
    const all = { now: () => clock.now, ...settings };
    return { backend, clock, settings: all, records: makeRecords(backend, all) };
  };

  it("are listed with what the user can tell them apart by", async () => {
    const { records, clock } = await start();
    const laptop = await logIn(records, "ada", { label: "Firefox on Linux" });
    clock.now += 60;
    const phone = await logIn(records, "ada");
    await logIn(records, "bob");
    const [first, second, ...others] = await records.principal("ada").sessions();
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      publicId: laptop.publicId,
      label: "Firefox on Linux",
      createdAt: new Date(START * 1000),
      authenticatedAt: new Date(START * 1000),
    });
    expect(second).toMatchObject({ publicId: phone.publicId, label: undefined });
    expect(await records.principal("ada").count()).toBe(2);
    expect(await records.principal("carl").sessions()).toEqual([]);
    expect(JSON.stringify([first, second])).not.toContain(laptop.id);
  });

  it("are all listed where 40 log in at once, in several processes", async () => {
    const { backend, records, settings } = await start();
    const processes = Array.from({ length: 4 }, () => makeRecords(backend, settings));
    const logins = Array.from({ length: 10 }, () => processes.map((each) => logIn(each, "ada")));
    const sessions = await Promise.all(logins.flat());
    const listed = await publicIdsOf(records, "ada");
    expect(listed.toSorted()).toEqual(sessions.map(publicIdOf).toSorted());
    expect(await records.principal("ada").destroyAll()).toBe(40);
    expect(await records.count()).toBe(0);
  });

  it("show when each was last seen, to the time of its last save", async () => {
    const backend = await open();
    opened.push(backend);
    const records = makeRecords(backend); // By the clock of the machine, as the backend's expiry.
    const before = Date.now();
    const session = await logIn(records, "ada");
    session.maxAge = 600;
    session.values["a"] = 1;
    await session.save();
    const [listed] = await records.principal("ada").sessions();
    const seen = listed?.lastSeenAt?.getTime() ?? 0;
    expect(seen).toBeGreaterThanOrEqual(before - 5);
    expect(seen).toBeLessThanOrEqual(Date.now() + 5);
  });

  it("keep their public id when they get a new id, and are listed once", async () => {
    const { records, clock } = await start();
    const session = await logIn(records, "ada");
    const { publicId, id } = session;
    clock.now += 60;
    await session.regenerate({ grace: 30 });
    expect(session.id).not.toBe(id);
    expect(session.publicId).toBe(publicId);
    await session.regenerate({ principal: "ada" });
    expect(session.publicId).toBe(publicId);
    const found = await records.load(session.id);
    expect(found.publicId).toBe(publicId);
    expect(await publicIdsOf(records, "ada")).toEqual([publicId]);
    await session.regenerate({ principal: "bob" });
    expect(session.publicId).not.toBe(publicId);
    expect(await publicIdsOf(records, "ada")).toEqual([]);
    expect(await publicIdsOf(records, "bob")).toEqual([session.publicId]);
  });

  it("leave the list with a logout, an end from elsewhere and their expiry", async () => {
    const { backend, records } = await start();
    const [one, two] = [await logIn(records, "ada"), await logIn(records, "ada")];
    const three = await logIn(records, "ada");
    await one.destroy();
    expect(await backend.members("ada", soon())).toHaveLength(2);
    await records.destroy(two.id); // It does not know whose it is; the next reader of the index removes it.
    expect(await publicIdsOf(records, "ada")).toEqual([three.publicId]);
    expect(await backend.members("ada", soon())).toHaveLength(1);
  });

  it("are ended one by one, by public id, at once and for all requests", async () => {
    const { records } = await start();
    const [one, two] = [await logIn(records, "ada"), await logIn(records, "ada")];
    expect(await records.principal("bob").destroy(one.publicId)).toBe(false);
    expect(await records.principal("ada").destroy(one.publicId)).toBe(true);
    expect(await records.principal("ada").destroy(one.publicId)).toBe(false);
    // Another device ended it: its browser may begin a new session at once.
    expect((await records.load(one.id)).state).toBe("new");
    expect((await records.load(two.id)).state).toBe("live");
    one.values["a"] = 1;
    await expect(one.save()).rejects.toThrow(SessionGoneError);
  });

  it("are ended all at once, but for the one that is excepted", async () => {
    const { records } = await start();
    const [one, two] = [await logIn(records, "ada"), await logIn(records, "ada")];
    const other = await logIn(records, "bob");
    const { publicId } = two;
    expect(await records.principal("ada").destroyAll({ except: publicId })).toBe(1);
    expect((await records.load(one.id)).state).toBe("new");
    expect(await publicIdsOf(records, "ada")).toEqual([publicId]);
    await two.regenerate(); // The excepted one goes on under any id.
    expect(await publicIdsOf(records, "ada")).toEqual([publicId]);
    expect(await records.principal("ada").destroyAll()).toBe(1);
    expect((await records.load(two.id)).state).toBe("new");
    expect((await records.load(other.id)).state).toBe("live");
  });

  it("may begin anew after all were ended", async () => {
    const { records } = await start();
    await logIn(records, "ada");
    await records.principal("ada").destroyAll();
    const session = await logIn(records, "ada");
    expect(await publicIdsOf(records, "ada")).toEqual([session.publicId]);
  });

  it("are told apart from those of another user who has taken the session over by a key", async () => {
    const { backend, records } = await start({ principalOf });
    const session = records.create();
    session.values["user"] = "ada";
    await session.save();
    expect(await publicIdsOf(records, "ada")).toEqual([session.publicId]);
    session.values["user"] = "bob";
    await session.save();
    expect(await publicIdsOf(records, "bob")).toEqual([session.publicId]);
    expect(await backend.members("ada", soon())).toEqual([]);
    // Even if the index of the first still lists it.
    const member = { publicId: session.publicId, id: session.id, at: START };
    const admission = { member, limit: Infinity, without: [], seconds: 100 };
    await backend.admit("ada", admission, soon());
    expect(await publicIdsOf(records, "ada")).toEqual([]);
    delete session.values["user"];
    await session.save();
    expect(await backend.members("bob", soon())).toEqual([]);
  });

  it("are listed also if an update names the user", async () => {
    const { records } = await start({ principalOf });
    const [fresh, stored] = [records.create(), records.create()];
    await fresh.update((values) => void (values["user"] = "ada"));
    stored.values["cart"] = 1;
    await stored.save();
    await stored.update((values) => void (values["user"] = "ada"));
    expect(await records.principal("ada").count()).toBe(2);
  });

  it("that were stored while the option was not set are listed from their next save on", async () => {
    const { backend, settings } = await start();
    const earlier = makeRecords(backend, settings).create();
    earlier.values["user"] = "ada";
    await earlier.save();
    const records = makeRecords(backend, { ...settings, principalOf });
    const session = await records.load(earlier.id);
    expect(await records.principal("ada").count()).toBe(0);
    session.values["n"] = 1;
    await session.save();
    expect(await publicIdsOf(records, "ada")).toEqual([session.publicId]);
  });

  it("that were never listed do not live on after all were ended", async () => {
    const { backend, settings } = await start();
    const earlier = makeRecords(backend, settings).create();
    earlier.values["user"] = "ada";
    await earlier.save();
    const records = makeRecords(backend, { ...settings, principalOf });
    await records.principal("ada").destroyAll();
    const session = await records.load(earlier.id);
    session.values["n"] = 1;
    await expect(session.save()).rejects.toThrow(SessionGoneError);
  });

  it("stay listed as long as they live, at one more command in a month", async () => {
    const { backend, records, clock } = await start({ maxAge: 400 * DAY });
    const session = await logIn(records, "ada");
    const counted = counting(backend, "admit");
    for (let day = 1; day <= 95; day++) {
      clock.now += DAY;
      session.values["day"] = day;
      await session.save();
    }
    expect(counted()).toBe(3);
  });

  describe("over the limit", () => {
    it("end, the one with the earliest login first, with an event", async () => {
      const { records, clock } = await start({
        sessionLimit: { limit: 2, atLimit: "evict-oldest" },
      });
      const capped: unknown[] = [];
      const listen = (message: unknown) => void capped.push(message);
      subscribe("redistore:capped", listen);
      onTestFinished(() => void unsubscribe("redistore:capped", listen));
      const sessions: SessionRecord<Values>[] = [];
      for (let count = 0; count < 4; count++) {
        sessions.push(await logIn(records, "ada"));
        clock.now += 1;
      }
      await logIn(records, "bob");
      expect(await publicIdsOf(records, "ada")).toEqual(sessions.slice(2).map(publicIdOf));
      expect(capped).toMatchObject([{ principal: "ada" }, { principal: "ada" }]);
      expect((await records.load(sessions[0]?.storedId ?? "")).state).toBe("new");
    });

    it("are refused where the option says so, and nothing is stored of them", async () => {
      const { records } = await start({ sessionLimit: { limit: 1, atLimit: "refuse" } });
      const first = await logIn(records, "ada");
      const guest = records.create();
      guest.values["cart"] = 1;
      await guest.save();
      const error = await rejection(guest.regenerate({ principal: "ada" }));
      expect(error).toBeInstanceOf(SessionLimitError);
      expect(error).toMatchObject({ status: 403, message: expect.stringContaining("1 session") });
      expect((await records.load(guest.id)).values).toEqual({ cart: 1 });
      expect(await records.count()).toBe(2);
      expect(await publicIdsOf(records, "ada")).toEqual([first.publicId]);
      await first.destroy();
      await guest.regenerate({ principal: "ada" });
      expect(await records.principal("ada").count()).toBe(1);
    });

    it("are not those that get a new id, log in again, or have ended", async () => {
      const { records } = await start({ sessionLimit: { limit: 1, atLimit: "refuse" } });
      const session = await logIn(records, "ada");
      await session.regenerate();
      await session.regenerate({ principal: "ada" });
      await session.regenerate({ principal: "ada", keep: false });
      await session.regenerate({ grace: 10 });
      await records.destroy(session.id);
      const next = await logIn(records, "ada");
      expect(await publicIdsOf(records, "ada")).toEqual([next.publicId]);
    });
  });
});

describe("a session that is logged in while all are ended", () => {
  it.each(["create", "admit"])("lives on no path (ended before its %s)", async (step) => {
    const { backend, records } = await memory();
    const process = new SteppingBackend(backend);
    const login = rejection(logIn(makeRecords(process, records.settings), "ada"));
    await settled();
    if (step === "admit") await take(process, "create");
    records.clock.now += 0.001;
    await records.principal("ada").destroyAll();
    await finish(process, login);
    expect(await login).toBeInstanceOf(SessionGoneError);
    expect(await records.count()).toBe(0);
    expect(await records.principal("ada").count()).toBe(0);
  });

  it("is ended where it was listed before", async () => {
    const { backend, records } = await memory();
    const process = new SteppingBackend(backend);
    const login = logIn(makeRecords(process, records.settings), "ada");
    await take(process, "create");
    await take(process, "admit");
    await login;
    records.clock.now += 0.001;
    expect(await records.principal("ada").destroyAll()).toBe(1);
    expect(await records.count()).toBe(0);
  });
});

describe("a session that is used while all are ended", () => {
  const CASES: readonly (readonly [string, Act, string])[] = [
    ["save", changeAndSave, "replace"],
    ["update", (session) => session.update((values) => (values["a"] = 1)), "replace"],
    ["touch", (session) => session.touch(), "touch"],
    ["reload", (session) => session.reload(), "get"],
  ];

  it.each(CASES)("is not brought back by its %s, which is told so", async (_, act, step) => {
    const { backend, records } = await memory();
    const session = await logIn(records, "ada");
    const process = new SteppingBackend(backend);
    const loading = makeRecords(process, records.settings).load(session.id);
    await take(process, "get");
    const outcome = rejection(act(await loading));
    await settled();
    expect(process.pending.map(({ name }) => name)).toEqual([step]);
    expect(await records.principal("ada").destroyAll()).toBe(1);
    await finish(process, outcome);
    expect(await outcome).toBeInstanceOf(SessionGoneError);
    expect(await records.count()).toBe(0);
    expect(await records.principal("ada").count()).toBe(0);
  });

  it("is not brought back by a load that moves its expiry, which finds no session", async () => {
    const { backend, records } = await memory();
    const session = await logIn(records, "ada");
    const process = new SteppingBackend(backend);
    const loading = makeRecords(process, records.settings).loadUsed(session.id, 3600, 1);
    await settled();
    expect(await records.principal("ada").destroyAll()).toBe(1);
    await take(process, "roll");
    expect((await loading).record.state).toBe("new");
    expect(await records.count()).toBe(0);
  });
});

describe("a session that gets a new id while all are ended", () => {
  const STEPS = ["create", "admit", "retire", "dismiss"];

  it.each([0, 1, 2, 3, 4])("lives on no path (after %d of its steps)", async (count) => {
    const { backend, records } = await memory();
    const session = await logIn(records, "ada");
    const process = new SteppingBackend(backend);
    const loading = makeRecords(process, records.settings).load(session.id);
    await take(process, "get");
    const renewal = (await loading).regenerate({ grace: 60 }).catch((error: unknown) => error);
    for (const step of STEPS.slice(0, count)) await take(process, step);
    records.clock.now += 1;
    expect(await records.principal("ada").destroyAll()).toBe(1);
    await finish(process, renewal);
    expect(await records.count()).toBe(0);
    expect(await records.principal("ada").count()).toBe(0);
  });
});

describe("an index", () => {
  it("does not grow without end, though the sessions are neither listed nor ended", async () => {
    const { backend, records } = await memory();
    for (let count = 0; count < 200; count++) {
      const session = await logIn(records, "ada");
      await records.destroy(session.id);
    }
    expect((await backend.members("ada", soon())).length).toBeLessThan(16);
  });
});

describe("bad input", () => {
  it("is refused by name", async () => {
    const { records } = await memory();
    expect(() => records.principal("")).toThrow(ConfigError);
    expect(() => records.principal(7 as never)).toThrow(/principal is number/);
    await expect(records.principal("a").destroy(1 as never)).rejects.toThrow(/public id/);
    await expect(records.principal("a").destroyAll({ except: "" })).rejects.toThrow(/empty/);
    await expect(records.principal("a").destroyAll({ but: "x" } as never)).rejects.toThrow(
      /no option "but"/,
    );
    for (const limit of [0, -1, 1.5, Number.NaN, 1001, "2" as never])
      expect(() => withMaxSessionsPerPrincipal(limit)).toThrow(ConfigError);
    expect(() => withMaxSessionsPerPrincipal(1, { atLimit: "evict" as never })).toThrow(/atLimit/);
  });

  it("of one option does not keep another from working", async () => {
    const { backend } = await memory();
    const principal = withPrincipal(({ user }: { user?: string }) => user);
    const options = [withBackend(backend), principal, withMaxSessionsPerPrincipal(1)];
    const records = await createRecords<{ user: string }>(options);
    for (const _ of [1, 2]) {
      const session = records.create();
      session.values.user = "ada";
      await session.save();
    }
    expect(await records.principal("ada").count()).toBe(1);
  });
});

async function memory() {
  const open = BACKENDS[0]?.[1] as () => Promise<Backend>;
  const backend = await open();
  const clock = { now: START };
  const settings = { now: () => clock.now };
  return { backend, records: Object.assign(makeRecords(backend, settings), { clock, settings }) };
}

function changeAndSave(session: SessionRecord<Values>): Promise<unknown> {
  session.values["a"] = 1;
  return session.save();
}

async function logIn(
  records: Records<Values>,
  principal: string,
  options: { label?: string } = {},
): Promise<SessionRecord<Values>> {
  const session = records.create();
  await session.regenerate({ principal, ...options });
  return session;
}

const soon = (): Deadline => new Deadline(5);
const publicIdOf = ({ publicId }: SessionRecord<Values>): string => publicId;

async function publicIdsOf(records: Records<Values>, principal: string): Promise<string[]> {
  return (await records.principal(principal).sessions()).map(({ publicId }) => publicId);
}

/** Counts the calls of one method from now on. */
function counting(backend: Backend, name: "admit"): () => number {
  let calls = 0;
  const original = backend[name].bind(backend);
  backend[name] = (...args) => {
    calls += 1;
    return original(...args);
  };
  return () => calls;
}
