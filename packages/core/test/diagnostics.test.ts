// Events and traces over node:diagnostics_channel: what subscribers get, and that it contains no secret.
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { createCodec } from "../src/codec/secure-cookie.ts";
import { keysFromStrings } from "../src/codec/keys.ts";
import { publicIdOf, publish, trace } from "../src/diagnostics.ts";
import { withMemory } from "../src/options/connection-options.ts";
import { withClock } from "../src/options/store-options.ts";
import { createRecords, createStore } from "../src/session/create-store.ts";
import type { RediStore } from "../src/session/redi-store.ts";
import { rejection, settled } from "./session/records/steps.ts";

type Values = Record<string, unknown>;

const KEYS = keysFromStrings("k".repeat(32));
const giveKeys = (): typeof KEYS => KEYS;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

/** Collects the messages of the channels `names`, copied when they are published. */
function listen(...names: string[]): { name: string; message: unknown }[] {
  const received: { name: string; message: unknown }[] = [];
  for (const name of names) {
    const add = (message: unknown): void =>
      void received.push({
        name: name.replace("redistore:", ""),
        message: { ...(message as object) },
      });
    subscribe(name, add);
    cleanups.push(() => unsubscribe(name, add));
  }
  return received;
}

/** Collects the events of all tracing channels, with their messages. */
function traceAll(): { event: string; context: Values }[] {
  const received: { event: string; context: Values }[] = [];
  for (const operation of ["load", "save", "destroy", "regenerate"]) {
    const add =
      (event: string) =>
      (context: unknown): void =>
        void received.push({ event: `${operation}.${event}`, context: { ...(context as Values) } });
    const handlers = {
      start: add("start"),
      end: add("end"),
      asyncStart: add("asyncStart"),
      asyncEnd: add("asyncEnd"),
      error: add("error"),
    };
    const channel = tracingChannel(`redistore:${operation}`);
    channel.subscribe(handlers);
    cleanups.push(() => channel.unsubscribe(handlers));
  }
  return received;
}

const made = (): never => {
  throw new Error("made");
};

async function storedSession(store: RediStore<Values>): Promise<{ id: string; cookie: string }> {
  const session = store.create();
  session.values["a"] = 1;
  const [cookie] = await store.save(session);
  return { id: session.id, cookie: cookie?.value ?? "" };
}

describe("the tracing channels", () => {
  it("follow each operation from its start to its end", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const { id, cookie } = await storedSession(store);
    const received = traceAll();
    const session = await store.load("session", cookie);
    session.values["a"] = 2;
    await store.save(session);
    await session.update((values) => (values["a"] = 3));
    await store.regenerate(session);
    await store.destroy(session);
    const starts = received.filter(({ event }) => event.endsWith(".start"));
    expect(starts.map(({ event }) => event)).toEqual(
      ["load", "save", "save", "regenerate", "destroy"].map((operation) => `${operation}.start`),
    );
    const publicId = publicIdOf(id);
    const moved = expect.stringMatching(/^[\w-]{22}$/) as string;
    expect(starts.map(({ context }) => context["publicId"])).toEqual([
      ...Array.from({ length: 4 }, () => publicId),
      moved,
    ]);
    const ends = received.filter(({ event }) => event.endsWith(".asyncEnd"));
    expect(ends.map(({ context }) => context["result"])).toEqual(["live", true, true, moved, true]);
    expect(received.filter(({ event }) => event.endsWith(".error"))).toEqual([]);
    await store.close();
  });

  it("follow records without cookies, as drop-in stores use them", async () => {
    const records = await createRecords<Values>(withMemory());
    const received = traceAll();
    const record = records.create();
    record.values["a"] = 1;
    await record.save();
    const { id } = record;
    await records.load(id);
    await records.destroy(id);
    expect((await records.load(id)).state).not.toBe("live");
    const ends = received.filter(({ event }) => event.endsWith(".asyncEnd"));
    expect(ends.map(({ event }) => event.split(".")[0])).toEqual([
      "save",
      "load",
      "destroy",
      "load",
    ]);
    expect(ends.slice(1).every(({ context }) => context["publicId"] === publicIdOf(id))).toBe(true);
    expect(inspect(received, { depth: 20, showHidden: true })).not.toContain(id);
    await records.close();
  });

  it("contain errors, and nothing about a request without a cookie", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const received = traceAll();
    const session = await store.load("session");
    expect(received).toEqual([]);
    session.values["bad"] = 1n;
    const failure = await rejection(store.save(session));
    expect(received.find(({ event }) => event === "save.error")?.context["error"]).toBe(failure);
  });
});

describe("the events", () => {
  it("report why cookies were rejected, and which old key is still in use", async () => {
    let now = 2_000_000_000;
    const old = keysFromStrings("o".repeat(32));
    const keys = [...KEYS, ...old];
    const store = await createStore<Values>(
      keys,
      withMemory(),
      withClock(() => now),
    );
    const received = listen("redistore:rejected", "redistore:old-key");
    const { id, cookie } = await storedSession(store);
    const byOldKey = createCodec(old, { now: () => now }).encode("session", id);
    await store.load("session", cookie);
    await store.load("session", ["junk", byOldKey]);
    await store.load("admin", cookie);
    now += 31 * 86_400;
    await store.load("session", cookie);
    const fresh = createCodec(KEYS, { now: () => now }).encode("session", id);
    await store.load("session", fresh);
    expect(received).toEqual([
      { name: "rejected", message: { name: "session", reason: "malformed" } },
      { name: "old-key", message: { name: "session", keyIndex: 1 } },
      { name: "rejected", message: { name: "admin", reason: "tampered" } },
      { name: "rejected", message: { name: "session", reason: "expired" } },
      { name: "rejected", message: { name: "session", reason: "gone" } },
    ]);
  });

  it("report several valid cookies of one name, of which the first with a live session counts", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const ended = await storedSession(store);
    await store.records.destroy(ended.id);
    const [first, second] = [await storedSession(store), await storedSession(store)];
    const received = listen("redistore:ambiguous");
    await store.load("session", [first.cookie, first.cookie, "junk"]);
    expect(received).toEqual([]);
    const session = await store.load("session", [ended.cookie, first.cookie, second.cookie]);
    expect(session.id).toBe(first.id);
    expect(received).toEqual([{ name: "ambiguous", message: { name: "session", cookies: 3 } }]);
  });

  it("report conflicts and writes to ended sessions", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const { id, cookie } = await storedSession(store);
    const received = listen("redistore:conflict", "redistore:gone");
    const [one, two, slow] = [
      await store.load("session", cookie),
      await store.load("session", cookie),
      await store.load("session", cookie),
    ];
    one.values["b"] = 1;
    two.values["c"] = 1;
    await store.save(one);
    await store.save(two);
    await store.destroy(one);
    slow.values["d"] = 1;
    await rejection(store.save(slow));
    const publicId = publicIdOf(id);
    expect(received).toEqual([
      { name: "conflict", message: { publicId } },
      { name: "gone", message: { publicId } },
    ]);
  });

  it("report a write to a session that had ended before it was loaded", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const { id, cookie } = await storedSession(store);
    await store.records.destroy(id, { told: true });
    const session = await store.load("session", cookie);
    const received = listen("redistore:gone");
    session.values["a"] = 1;
    await rejection(store.save(session));
    expect(received).toEqual([{ name: "gone", message: { publicId: publicIdOf(id) } }]);
  });

  it("report that the key function failed, while the last keys stay", async () => {
    let now = 2_000_000_000;
    const failure = new Error("vault sealed");
    let keyFunction = giveKeys;
    const store = await createStore<Values>(
      () => keyFunction(),
      withMemory(),
      withClock(() => now),
    );
    const { cookie } = await storedSession(store);
    const received = listen("redistore:keys-failed");
    keyFunction = () => {
      throw failure;
    };
    now += 61;
    await store.load("session", cookie);
    await settled();
    expect(received).toHaveLength(1);
    expect(received[0]?.message).toMatchObject({ error: { cause: failure } });
    expect((await store.load("session", cookie)).rejected).toBeUndefined();
  });

  it("contain neither id nor cookie", async () => {
    const store = await createStore<Values>(KEYS, withMemory());
    const names = ["rejected", "conflict", "gone", "old-key", "ambiguous"].map(
      (name) => `redistore:${name}`,
    );
    const events = listen(...names);
    const traced = traceAll();
    const { id, cookie } = await storedSession(store);
    const other = await storedSession(store);
    await store.load("session", [cookie, other.cookie]);
    const [one, two] = [await store.load("session", cookie), await store.load("session", cookie)];
    one.values["b"] = 1;
    two.values["c"] = 1;
    await store.save(one);
    await store.save(two);
    await store.regenerate(one, { principal: "ada" });
    const secrets = [id, one.id, cookie, other.id, other.cookie];
    two.values["d"] = 1;
    await rejection(store.save(two));
    await store.destroy(one);
    expect(events.length + traced.length).toBeGreaterThan(20);
    const shown = inspect([events, traced], { depth: 20, showHidden: true });
    expect(new Set(secrets).size).toBe(5);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});

describe("without subscribers", () => {
  it("no message is made", async () => {
    publish("gone", made);
    expect(await trace("load", made, async () => 1, made)).toBe(1);
    listen("redistore:gone");
    expect(() => publish("gone", made)).toThrow("made");
  });
});

describe("a public id", () => {
  it("is the same for the same id, does not contain it, and is empty for an empty id", () => {
    const id = "A".repeat(52);
    expect(publicIdOf(id)).toBe(publicIdOf(id));
    expect(publicIdOf(id)).toMatch(/^[\w-]{22}$/);
    expect(publicIdOf(`${id}B`)).not.toBe(publicIdOf(id));
    expect(publicIdOf("")).toBe("");
  });
});
