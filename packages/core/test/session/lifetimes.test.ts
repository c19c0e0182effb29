// When a session began, when its user logged in, and withAbsoluteTimeout, which counts from that.
import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import { withMemory, withURL } from "../../src/options/connection-options.ts";
import { withAbsoluteTimeout } from "../../src/options/lifetime-options.ts";
import { withClock, withKeyPrefix, withMaxAge } from "../../src/options/store-options.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import { createStore } from "../../src/session/create-store.ts";
import type { SetCookie } from "../../src/cookies/set-cookie.ts";

const KEYS = keysFromStrings("k".repeat(32));
const START = 2_000_000_000;
const IDLE = 600;
const ABSOLUTE = 1000;

const BACKENDS: [string, () => OptionalStoreOption][] = [
  ["memory", () => withMemory()],
  ["Redis", () => [withURL(inject("redisUrl")), withKeyPrefix(`test_${randomUUID()}_`)]],
];

describe.each(BACKENDS)("sessions in %s", (_, connection) => {
  async function open(...options: OptionalStoreOption[]) {
    const clock = { now: START };
    const store = await createStore<Record<string, unknown>>(
      KEYS,
      connection(),
      withClock(() => clock.now),
      withMaxAge(IDLE),
      options,
    );
    onTestFinished(() => store.close());
    const begin = async (login?: string) => {
      const session = store.create();
      session.values["cart"] = 1;
      const cookies =
        login === undefined
          ? await store.save(session)
          : await store.regenerate(session, { principal: login });
      return { session, cookie: cookies[0] as SetCookie };
    };
    return { store, clock, begin };
  }

  const load = async ({ store }: Awaited<ReturnType<typeof open>>, cookie: SetCookie | undefined) =>
    store.load("session", cookie?.value ?? "");

  it("have no times in their record that nothing needs", async () => {
    const opened = await open();
    const { session, cookie } = await opened.begin();
    expect(session.createdAt).toBeUndefined();
    expect((await load(opened, cookie)).createdAt).toBeUndefined();
    expect(session.isFresh(60)).toBe(false);
  });

  it("of a user know when they began and when the user logged in", async () => {
    const opened = await open(withAbsoluteTimeout(ABSOLUTE));
    const { clock, store, begin } = opened;
    const { session } = await begin();
    clock.now += 100;
    const cookies = await store.regenerate(session, { principal: "ada", label: "Firefox" });
    const later = await load(opened, cookies[0]);
    expect(later.createdAt).toEqual(new Date(START * 1000));
    expect(later.authenticatedAt).toEqual(new Date((START + 100) * 1000));
    expect(later).toMatchObject({ principal: "ada", label: "Firefox" });
    clock.now += 60;
    expect([later.isFresh(60), later.isFresh(59)]).toEqual([true, false]);
    expect(() => later.isFresh(0)).toThrow(
      "isFresh takes seconds, a number above 0. It was given 0.",
    );
  });

  it("keep their times and label when they are renewed, saved and merged", async () => {
    const opened = await open();
    const { clock, store, begin } = opened;
    const { session } = await begin("ada");
    clock.now += 100;
    const [cookie] = await store.regenerate(session, { grace: 10, label: "Phone" });
    const other = await load(opened, cookie);
    session.values["a"] = 1;
    other.values["b"] = 1;
    await store.save(session);
    await store.save(other);
    const merged = await load(opened, cookie);
    expect(merged.values).toMatchObject({ a: 1, b: 1 });
    expect(merged.authenticatedAt).toEqual(new Date(START * 1000));
    expect(merged.label).toBe("Phone");
  });

  it("end at the absolute timeout, whatever they do", async () => {
    const opened = await open(withAbsoluteTimeout(ABSOLUTE));
    const { clock, store, begin } = opened;
    const { session, cookie } = await begin();
    clock.now += 500;
    const busy = await load(opened, cookie);
    busy.values["cart"] = 2;
    await store.save(busy);
    await busy.touch();
    const [renewed] = await store.regenerate(busy, { grace: 10 });
    expect(String(renewed)).toContain(`; Max-Age=${ABSOLUTE - 500}`);
    clock.now = START + ABSOLUTE - 1;
    expect((await load(opened, renewed)).isNew).toBe(false);
    clock.now += 1;
    const after = await load(opened, renewed);
    expect(after).toMatchObject({ isNew: true, rejected: "gone", values: {} });
    expect(after.id).not.toBe(session.id);
  });

  it("begin their absolute time anew with a login", async () => {
    const opened = await open(withAbsoluteTimeout(ABSOLUTE));
    const { clock, store, begin } = opened;
    const { session } = await begin();
    clock.now += 500;
    const [cookie] = await store.regenerate(session, { principal: "ada" });
    clock.now = START + 500 + IDLE - 1;
    const busy = await load(opened, cookie);
    busy.values["a"] = 1;
    const [renewed] = await store.save(busy);
    clock.now = START + ABSOLUTE + 499;
    expect((await load(opened, renewed)).values).toMatchObject({ cart: 1, a: 1 });
  });
});

it("refuses a label that is too long, by its length", async () => {
  const store = await createStore(KEYS, withMemory());
  const label = "x".repeat(201);
  await expect(store.regenerate(store.create(), { label })).rejects.toThrow(
    "regenerate: label is 201 characters long. It takes a string of 200 characters at most.",
  );
  const principal = "ä".repeat(129);
  await expect(store.regenerate(store.create(), { principal })).rejects.toThrow(
    "regenerate: principal is 258 bytes long. It takes the user's id, 256 bytes at most.",
  );
});

it("tells of a session whose record outlives a timeout that was shortened, and tries the browser's other cookies", async () => {
  const clock = { now: START };
  const backend = new MemoryBackend({ now: () => clock.now });
  const open = (timeout: number) =>
    createStore<Record<string, unknown>>(
      KEYS,
      withBackend(backend),
      withClock(() => clock.now),
      withAbsoluteTimeout(timeout),
    );
  const earlier = await open(ABSOLUTE);
  const [first, second] = [earlier.create(), earlier.create()];
  const [old] = await earlier.regenerate(first, { principal: "ada" });
  clock.now += 500;
  second.values["cart"] = 1;
  const [recent] = await earlier.save(second);
  const events: unknown[] = [];
  const listen = (message: unknown): unknown => events.push(message);
  subscribe("redistore:expired", listen);
  onTestFinished(() => void unsubscribe("redistore:expired", listen));
  const store = await open(500);
  expect((await store.load("session", [old?.value ?? "", recent?.value ?? ""])).id).toBe(second.id);
  expect(await store.load("session", old?.value)).toMatchObject({ isNew: true, rejected: "gone" });
  const expired = { publicId: first.publicId, principal: "ada" };
  expect(events).toEqual([expired, expired]);
});

it("counts the time of a session that began without the option from its first save with it", async () => {
  const clock = { now: START };
  const backend = new MemoryBackend({ now: () => clock.now });
  const open = (...options: OptionalStoreOption[]) =>
    createStore<Record<string, unknown>>(
      KEYS,
      withBackend(backend),
      withClock(() => clock.now),
      options,
    );
  const earlier = await open();
  const begun = earlier.create();
  begun.values["cart"] = 1;
  const [cookie] = await earlier.save(begun);
  const store = await open(withAbsoluteTimeout(ABSOLUTE));
  clock.now += 2 * ABSOLUTE;
  const session = await store.load("session", cookie?.value);
  expect(session.isNew).toBe(false);
  session.values["cart"] = 2;
  await store.save(session);
  clock.now += ABSOLUTE - 1;
  expect((await store.load("session", cookie?.value)).isNew).toBe(false);
  clock.now += 1;
  expect((await store.load("session", cookie?.value)).isNew).toBe(true);
});
