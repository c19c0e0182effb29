// withPrincipal: whose session it is, read from its values, for applications that log in by setting a key.
import { describe, expect, it } from "vitest";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { withAnonymousMaxAge } from "../../src/options/lifetime-options.ts";
import { withPrincipal } from "../../src/options/principal-options.ts";
import { withClock, withMaxAge } from "../../src/options/store-options.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";

const KEYS = keysFromStrings("k".repeat(32));
const START = 2_000_000_000;

interface Data {
  passport?: { user?: string };
  cart: number;
  theme: string;
  secret: string;
}

async function open() {
  const clock = { now: START };
  const now = (): number => clock.now;
  const options = [
    withBackend(new MemoryBackend({ now })),
    withClock(now),
    withPrincipal((values: Partial<Data>) => values.passport?.user),
    withAnonymousMaxAge(60),
    withMaxAge(3600),
  ];
  const store = await createStore<Data>(KEYS, options);
  const records = await createRecords<Data>(options.slice(0, 4));
  return { clock, store, records };
}

const guest = async ({ store }: Awaited<ReturnType<typeof open>>) => {
  const session = store.create();
  session.values.cart = 1;
  const [cookie] = await store.save(session);
  return store.load("session", cookie?.value);
};

/** A guest who has logged in as `user`, and the cookie. */
const loggedIn = async (opened: Awaited<ReturnType<typeof open>>, user: string) => {
  const session = await guest(opened);
  session.values.passport = { user };
  const [cookie] = await opened.store.save(session);
  return { session, cookie };
};

describe("a session whose values name the user", () => {
  it("is that user's from the save on, with the guest's data, the time of the login and the full lifetime", async () => {
    const opened = await open();
    const session = await guest(opened);
    opened.clock.now += 10;
    session.values.passport = { user: "ada" };
    const [cookie] = await opened.store.save(session);
    expect(String(cookie)).toContain("; Max-Age=3600");
    const later = await opened.store.load("session", cookie?.value);
    expect(later).toMatchObject({ principal: "ada", values: { cart: 1 } });
    expect(later.authenticatedAt).toEqual(new Date((START + 10) * 1000));
    expect(later.isFresh(1)).toBe(true);
  });

  it("keeps the time of the login when other values change", async () => {
    const opened = await open();
    const { store, clock } = opened;
    const { session } = await loggedIn(opened, "ada");
    clock.now += 30;
    session.values.cart = 2;
    await store.save(session);
    await session.update((values) => void (values.cart = 3));
    expect(session.authenticatedAt).toEqual(new Date(START * 1000));
  });

  it("belongs to no user again when the values name no user", async () => {
    const opened = await open();
    const { store } = opened;
    const session = await guest(opened);
    await session.update((values) => void (values.passport = { user: "ada" }));
    expect(session.principal).toBe("ada");
    delete session.values.passport;
    await store.save(session);
    expect(session.principal).toBeUndefined();
    expect(session.authenticatedAt).toBeUndefined();
  });

  it("keeps nothing of another user's data but what the login itself set", async () => {
    const opened = await open();
    const { store } = opened;
    const { session, cookie } = await loggedIn(opened, "ada");
    session.values.secret = "ada's";
    await store.save(session);
    const login = await store.load("session", cookie?.value);
    login.values.passport = { user: "bob" };
    login.values.theme = "dark";
    await store.save(login);
    expect(login.values).toEqual({ passport: { user: "bob" }, theme: "dark" });
    await login.reload();
    expect(login.values).toEqual({ passport: { user: "bob" }, theme: "dark" });
    expect(login.principal).toBe("bob");
  });

  it("keeps nothing of another user's data either if the first save of the login failed", async () => {
    const opened = await open();
    const session = await guest(opened);
    session.values.passport = { user: "ada" };
    session.values.secret = "ada's";
    await session.save();
    const loaded = await opened.records.load(session.storedId);
    session.values.theme = "dark";
    await session.save();
    loaded.values.passport = { user: "bob" };
    loaded.resolve = () => {
      throw new Error("failed");
    };
    await expect(loaded.save()).rejects.toThrow("failed");
    loaded.resolve = undefined;
    await loaded.save();
    expect({ ...loaded.values }).toEqual({ passport: { user: "bob" } });
    const [ada, bob] = ["ada", "bob"].map((user) => opened.records.principal(user).count());
    expect([await ada, await bob]).toEqual([0, 1]);
  });

  it("keeps nothing of another user's data under a new id either, and keeps the login", async () => {
    const opened = await open();
    const session = await guest(opened);
    session.values.passport = { user: "ada" };
    session.values.secret = "ada's";
    await session.save();
    session.values.passport = { user: "bob" };
    await session.regenerate();
    session.values.theme = "dark";
    await session.save();
    const loaded = await opened.records.load(session.storedId);
    expect({ ...loaded.values }).toEqual({ passport: { user: "bob" }, theme: "dark" });
    expect([loaded.principal, loaded.isFresh(10)]).toEqual(["bob", true]);
    expect(await opened.records.principal("ada").count()).toBe(0);
  });

  it("keeps a principal that regenerate was given while the values name none", async () => {
    const opened = await open();
    const { store } = opened;
    const session = await guest(opened);
    await store.regenerate(session, { principal: "ada" });
    session.values.cart = 2;
    await store.save(session);
    expect(session.principal).toBe("ada");
  });

  it("that was stored before the option was set has a user, and no time of a login", async () => {
    const backend = new MemoryBackend();
    const before = await createRecords<Data>(withBackend(backend));
    const stored = before.create();
    stored.values.passport = { user: "ada" };
    await stored.save();
    const records = await createRecords<Data>(
      withBackend(backend),
      withPrincipal((values: Partial<Data>) => values.passport?.user),
    );
    const record = await records.load(stored.storedId);
    expect(record.principal).toBe("ada");
    record.values.cart = 1;
    await record.save();
    expect(record.principal).toBe("ada");
    expect(record.isFresh(1e6)).toBe(false);
  });
});

it("cuts the lifetime that a host chose for a session without a user", async () => {
  const { records, clock } = await open();
  const record = records.create();
  record.lifetime = 3600;
  record.values.cart = 1;
  await record.save();
  clock.now += 59;
  expect((await records.load(record.storedId)).state).toBe("live");
  record.values.passport = { user: "ada" };
  await record.save();
  clock.now += 3599;
  expect((await records.load(record.storedId)).state).toBe("live");
});

it.each([
  [7, "number"],
  [{ id: 7 }, "object"],
  ["", "''"],
])("refuses %j as a user's id at the save, and stores nothing", async (user, found) => {
  const opened = await open();
  const { store } = opened;
  const session = await guest(opened);
  session.values.passport = { user: user as string };
  session.values.cart = 2;
  await expect(store.save(session)).rejects.toThrow(
    `What the function of withPrincipal returned is ${found}. It takes the user's id as a string that is not empty, such as String(user.id).`,
  );
  await session.reload();
  expect(session.values).toEqual({ cart: 1 });
});

it("takes a function only", () => {
  expect(() => withPrincipal("ada" as never)).toThrow("withPrincipal takes a function");
});
