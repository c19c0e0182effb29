// Sessions that move to a new id: what goes along, which requests follow, and what cannot be done with the old id.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { ConfigError, SessionGoneError, SessionTooLargeError } from "../../../src/errors.ts";
import { RecordFormat } from "../../../src/changes/record-format.ts";
import type { Regeneration } from "../../../src/protocol/regenerate/regeneration.ts";
import { jsonSerializer } from "../../../src/serializers/json.ts";
import { makeRecords } from "./make-records.ts";
import { finish, rejection, settled, take } from "./steps.ts";
import { SteppingBackend } from "./stepping-backend.ts";
import { BACKENDS, storeSession } from "./stored-session.ts";

const ADA = '{"principal":"ada"}';
const BOTH = '{"principal":"ada","maxAge":60}';

describe.each(BACKENDS)("a regenerated session (%s)", (_, open) => {
  it("has a new id; the old one is good for nothing any more", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const record = await session.load();
    await record.regenerate();
    expect(record.id).not.toBe(session.id);
    expect(await session.stored(record.id)).toEqual({ a: 0 });
    const old = await session.load();
    expect(old.state).toBe("gone");
    expect(old.values).toEqual({});
    old.values["attack"] = 1;
    expect(await rejection(old.save())).toBeInstanceOf(SessionGoneError);
    expect(await session.records.count()).toBe(1);
    await session.backend.close();
  });

  it.each<[string, Regeneration, Record<string, unknown>]>([
    ["everything", {}, { cart: 1, pending: 1, _redistore: BOTH }],
    ["everything, said so", { keep: true }, { cart: 1, pending: 1, _redistore: BOTH }],
    ["nothing, and has no principal", { keep: false }, { _redistore: '{"maxAge":60}' }],
    [
      "nothing, but has a principal",
      { keep: false, principal: "bob" },
      { _redistore: BOTH.replace("ada", "bob") },
    ],
    ["some keys", { keep: ["cart", "none"] }, { cart: 1, _redistore: BOTH }],
    ["no keys, and stays whose it was", { keep: [] }, { _redistore: BOTH }],
    [
      "what was pending",
      { keep: ["pending"], principal: "bob" },
      { pending: 1, _redistore: BOTH.replace("ada", "bob") },
    ],
    [
      "everything, if the same user logs in again",
      { principal: "ada" },
      { cart: 1, pending: 1, _redistore: BOTH },
    ],
    [
      "only what the request set, if another user logs in",
      { principal: "bob" },
      { pending: 1, _redistore: BOTH.replace("ada", "bob") },
    ],
    [
      "everything, if another user logs in and the application says so",
      { principal: "bob", keep: true },
      { cart: 1, pending: 1, _redistore: BOTH.replace("ada", "bob") },
    ],
  ])("takes along %s", async (_case, regeneration, after) => {
    const session = await storeSession({ cart: 1, old: 1 }, {}, await open());
    const record = await session.load();
    await record.regenerate({ principal: "ada" });
    record.maxAge = 60;
    record.values["pending"] = 1;
    delete record.values["old"];
    await record.regenerate(regeneration);
    expect(await session.stored(record.id)).toEqual(after);
    expect(record.changed).toBe(false);
    const { _redistore, ...values } = after;
    expect(record.values).toEqual(values);
    await session.backend.close();
  });

  it("takes over a write that came while it moved", async () => {
    const session = await storeSession({ a: 0, b: 0 }, {}, await open());
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await finish(process, loading);
    const record = await loading;
    record.values["b"] = 1;
    const moving = record.regenerate({ principal: "ada" });
    await settled();
    await process.pending[0]?.take();
    const other = await session.loadElsewhere();
    Object.assign(other.values, { a: 1, c: 1 });
    await other.save();
    expect(await finish(process, moving)).toEqual(["admit", "retire", "replace", "retire"]);
    await moving;
    expect(await session.stored(record.id)).toEqual({ a: 1, b: 1, c: 1, _redistore: ADA });
    await session.backend.close();
  });

  it("serves requests with its old id until the new one has been used for a whole grace period", async () => {
    let late = 0;
    const now = (): number => Date.now() / 1000 + late;
    const session = await storeSession({ a: 0 }, { now }, await open());
    const [mover, slow] = [await session.load(), await session.load()];
    await mover.regenerate({ grace: 20 });
    const reader = await session.load();
    expect([reader.state, reader.id]).toEqual(["live", mover.id]);
    slow.values["b"] = 1;
    await slow.save();
    expect(slow.id).toBe(mover.id);
    expect(await session.stored(mover.id)).toMatchObject({ a: 0, b: 1 });
    expect((await session.records.load(mover.id)).withholdsCookie).toBe(false);
    late += 19;
    expect((await session.load()).state).toBe("live");
    late += 2;
    expect((await session.load()).state).toBe("new");
    reader.values["c"] = 1;
    await reader.save();
    expect(await session.stored(mover.id)).toMatchObject({ c: 1 });
    await session.backend.close();
  });

  it("ends with a logout under its old id, also after the grace and over several moves", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const logout = await session.load();
    const record = await session.load();
    for (let move = 0; move < 20; move++) await record.regenerate();
    expect(await logout.destroy()).toBe(true);
    expect(await session.stored(record.id)).toBeUndefined();
    expect(await session.records.count()).toBe(0);
    await session.backend.close();
  });

  it("exists once where several requests regenerate at once", async () => {
    const session = await storeSession({ a: 0 }, {}, await open());
    const records = await Promise.all([1, 2, 3, 4, 5].map(() => session.loadElsewhere()));
    await Promise.all(records.map((record) => record.regenerate()));
    expect(records.map(({ state }) => state).toSorted()).toEqual([
      "live",
      ...Array.from({ length: 4 }, () => "new"),
    ]);
    expect(await session.records.count()).toBe(1);
    await session.backend.close();
  });
});

describe("an old id whose session was renewed and has expired", () => {
  it("takes no write of a request that had loaded the session", async () => {
    let now = 1_000_000;
    const backend = new MemoryBackend({ now: () => now });
    const session = await storeSession({ a: 0 }, { now: () => now }, backend);
    const [mover, slow] = [await session.load(), await session.load()];
    mover.lifetime = 5;
    await mover.regenerate({ grace: 60 });
    now += 9;
    expect((await session.load()).state).toBe("gone");
    now += 1;
    expect((await session.load()).state).toBe("new");
    slow.values["b"] = 1;
    expect(await rejection(slow.save())).toBeInstanceOf(SessionGoneError);
  });
});

describe("a regeneration that cannot be", () => {
  it("leaves no new session if that of a user ends meanwhile", async () => {
    const session = await storeSession({ a: 0 });
    const login = await session.load();
    await login.regenerate({ principal: "ada" });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(login.id);
    await take(process, "get");
    const record = await loading;
    const moving = rejection(record.regenerate());
    await take(process, "create");
    await session.records.destroy(login.id);
    await take(process, "admit");
    await take(process, "retire");
    await take(process, "delete");
    await take(process, "dismiss");
    expect(await moving).toBeInstanceOf(SessionGoneError);
    expect(record.state).toBe("gone");
    expect(await session.records.count()).toBe(0);
  });

  it("leaves no new session where the new one is ended while it is made", async () => {
    const session = await storeSession({ a: 0 });
    const process = new SteppingBackend(session.backend);
    const loading = makeRecords(process).load(session.id);
    await take(process, "get");
    const moving = rejection((await loading).regenerate({}, "chosen"));
    await take(process, "create");
    const other = await session.loadElsewhere();
    other.values["b"] = 1;
    await other.save();
    await session.records.destroy("chosen");
    await take(process, "retire");
    await take(process, "replace");
    await take(process, "delete");
    expect(await moving).toBeInstanceOf(SessionGoneError);
  });

  it("changes nothing where the new record would be too long", async () => {
    const { backend, id } = await storeSession({ a: 0 });
    const format = new RecordFormat(jsonSerializer, 20);
    const records = makeRecords(backend, {}, { format });
    const record = await records.load(id);
    const long = { principal: "a principal that is too long" };
    expect(await rejection(record.regenerate(long))).toBeInstanceOf(SessionTooLargeError);
    expect([record.state, record.id, record.principal]).toEqual(["live", id, undefined]);
    expect(await records.count()).toBe(1);
  });

  it.each<[string, unknown]>([
    ["principal", 42],
    ["principal", ""],
    ["principal", null],
    ["keep", "user"],
    ["keep", [1]],
    ["grace", -1],
    ["grace", 301],
    ["grace", Number.NaN],
    ["grace", "5"],
  ])("is refused by name: %s %j", async (name, value) => {
    const record = await (await storeSession({ a: 0 })).load();
    const failure = await rejection(record.regenerate({ [name]: value }));
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain(`${name} is `);
    expect(record.changed).toBe(false);
  });

  it("is refused if a login asks for a grace period: another person may know the old id", async () => {
    const record = await (await storeSession({ a: 0 })).load();
    const failure = await rejection(record.regenerate({ principal: "ada", grace: 5 }));
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain("grace cannot be combined with principal");
  });

  it("is refused if an option has an unknown name, with the name that was meant", async () => {
    const record = await (await storeSession({ a: 0 })).load();
    const failure = await rejection(record.regenerate({ principle: "ada" } as object));
    expect(String(failure)).toContain('has no option "principle". Did you mean "principal"?');
  });

  it("does not repeat what was given as the principal: it may hold a password", async () => {
    const record = await (await storeSession({ a: 0 })).load();
    const user = { id: "ada", password: "secret" } as never;
    const failure = await rejection(record.regenerate({ principal: user }));
    expect(String(failure)).toContain("principal is object");
    expect(inspect(failure)).not.toContain("secret");
  });
});
