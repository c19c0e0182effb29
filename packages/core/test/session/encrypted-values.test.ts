// withEncryptedValues, from the store down to what is in Redis.
import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import type { Backend } from "../../src/backends/backend.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import type { Keys } from "../../src/codec/key-ring.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { isEncrypted } from "../../src/codec/record-cipher.ts";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { publicIdOf } from "../../src/diagnostics.ts";
import {
  SerializationError,
  SessionGoneError,
  SessionTooLargeError,
  StoreUnavailableError,
} from "../../src/errors.ts";
import { withMemory, withURL } from "../../src/options/connection-options.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import { withEncryptedValues } from "../../src/options/secrecy-options.ts";
import {
  withConcurrency,
  withKeyPrefix,
  withMaxLength,
  withMaxReadLength,
  withOperationTimeout,
  withSerializer,
} from "../../src/options/store-options.ts";
import { jsonSerializer } from "../../src/serializers/json.ts";
import { structuredSerializer } from "../../src/serializers/structured.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";
import type { RediStore } from "../../src/session/redi-store.ts";
import { makeRecords } from "./records/make-records.ts";
import { SteppingBackend } from "./records/stepping-backend.ts";
import { rejection, take } from "./records/steps.ts";
import { encrypted } from "./records/stored-session.ts";
import { Browser } from "./store/browser.ts";
import { noting } from "./store/open-store.ts";

type Values = Record<string, unknown>;

const OLD = keysFromStrings("o".repeat(32));
const NEW = keysFromStrings("n".repeat(32));
const CANARY = "canary in the session";
const soon = (): Deadline => new Deadline(10);
const client = new Redis(inject("redisUrl"));
const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await client.quit();
});

const events: { name: string; message: unknown }[] = [];
const NAMES = ["rejected", "old-key", "conflict"];
const collect = (message: unknown, name: string | symbol): void =>
  void events.push({ name: String(name).replace("redistore:", ""), message });
beforeEach(() => {
  events.length = 0;
  for (const name of NAMES) subscribe(`redistore:${name}`, collect);
});
afterEach(() => {
  for (const name of NAMES) unsubscribe(`redistore:${name}`, collect);
});

/** What the stores of one test share. */
interface Shared {
  readonly open: (keys: Keys, ...options: OptionalStoreOption[]) => Promise<RediStore<Values>>;
  readonly stored: (id: string) => Promise<Buffer | undefined>;
  readonly plant: (id: string, bytes: Buffer) => Promise<void>;
}

/** Opens stores, each with connections of its own. */
async function opening(keys: Keys, options: OptionalStoreOption[]): Promise<RediStore<Values>> {
  const store = await createStore<Values>(keys, ...options);
  opened.push(store);
  return store;
}

const PLACES: readonly (readonly [string, () => Shared])[] = [
  [
    "memory",
    () => {
      const backend = new MemoryBackend();
      return {
        open: (keys, ...options) => opening(keys, [withBackend(unclosed(backend)), ...options]),
        stored: async (id) => (await backend.get(id, soon())).record,
        plant: async (id, bytes) => {
          if (!(await backend.create(id, bytes, 60, soon())))
            await backend.replace(id, undefined, bytes, 60, soon());
        },
      };
    },
  ],
  [
    "Redis",
    () => {
      const prefix = `test_${randomUUID()}_`;
      const connection = [withURL(inject("redisUrl")), withOperationTimeout(20)];
      return {
        open: (keys, ...options) => opening(keys, [connection, withKeyPrefix(prefix), ...options]),
        stored: async (id) => (await client.getBuffer(prefix + id)) ?? undefined,
        plant: async (id, bytes) => void (await client.set(prefix + id, bytes, "EX", 60)),
      };
    },
  ],
];

/** A store that is closed leaves the backend to the others. */
function unclosed(backend: Backend): Backend {
  return new Proxy(backend, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === "close") return async () => undefined;
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}

/** A stored session, its id and its cookie. */
async function stored(
  store: RediStore<Values>,
  values: Values = { user: CANARY },
): Promise<{ id: string; cookie: string }> {
  const browser = new Browser(store);
  let id = "";
  await browser.request((session) => {
    Object.assign(session.values, values);
    id = session.id;
  });
  return { id, cookie: browser.jar.get("session") ?? "" };
}

describe.each(PLACES)("encrypted values, in %s", (_, share) => {
  it("are nowhere in what is stored, from the first save to a login", async () => {
    const { open, stored: bytes } = share();
    const store = await open(NEW, withEncryptedValues());
    const { id, cookie } = await stored(store);
    const first = await bytes(id);
    const session = await store.load("session", cookie);
    expect(session.values["user"]).toBe(CANARY);
    session.values["more"] = CANARY;
    session.addFlash(CANARY);
    await store.save(session);
    const second = await bytes(id);
    await store.regenerate(session, { principal: CANARY });
    expect(await bytes(id)).toBeUndefined();
    const third = await bytes(session.id);
    for (const each of [first, second, third]) {
      expect(each && isEncrypted(each)).toBe(true);
      expect(each?.includes("canary")).toBe(false);
      expect(each?.includes("user")).toBe(false);
    }
    const next = await store.records.load(session.id);
    expect(next.values).toEqual({ user: CANARY, more: CANARY, _flash: [CANARY] });
    expect(next.principal).toBe(CANARY);
    expect(events).toEqual([]);
  });

  it.each([
    ["version", 4],
    ["flags", 5],
    ["nonce", 6],
    ["tag", 18],
    ["ciphertext", 34],
    ["end", -1],
  ])("that were changed in the %s are neither served nor overwritten", async (_region, at) => {
    const { open, stored: bytes, plant } = share();
    const store = await open(NEW, withEncryptedValues());
    const { id, cookie } = await stored(store);
    const changed = Buffer.from((await bytes(id)) as Buffer);
    const index = at < 0 ? changed.length + at : at;
    changed[index] = (changed[index] as number) ^ 1;
    await plant(id, changed);
    const session = await store.load("session", cookie);
    expect(session).toMatchObject({ isNew: true, rejected: "undecipherable", publicId: "" });
    expect(session.values).toEqual({});
    expect(events).toEqual([
      { name: "rejected", message: { publicId: publicIdOf(id), reason: "undecipherable" } },
    ]);
    // The cookie stays: it may be good in a process with newer keys.
    expect(store.needsSave(session)).toBe(false);
    session.values["user"] = "new";
    expect(await store.save(session)).toHaveLength(1);
    expect(session.id).not.toBe(id);
    expect(await bytes(id)).toEqual(changed);
  });

  it("whose marker was changed are an unreadable plain record", async () => {
    const { open, stored: bytes, plant } = share();
    const store = await open(NEW, withEncryptedValues());
    const { id, cookie } = await stored(store);
    const changed = Buffer.from((await bytes(id)) as Buffer);
    changed[0] = 1;
    await plant(id, changed);
    expect(await rejection(store.load("session", cookie))).toBeInstanceOf(SerializationError);
    expect(await bytes(id)).toEqual(changed);
  });

  it("that were cut, moved or swapped are neither served nor overwritten", async () => {
    const { open, stored: bytes, plant } = share();
    const store = await open(NEW, withEncryptedValues());
    const [ada, eve] = [await stored(store), await stored(store, { user: "eve" })];
    const [ofAda, ofEve] = [(await bytes(ada.id)) as Buffer, (await bytes(eve.id)) as Buffer];
    for (const planted of [
      ofAda.subarray(0, 20),
      ofAda.subarray(0, -1),
      ofEve,
      Buffer.concat([ofEve.subarray(0, 34), ofAda.subarray(34)]),
    ]) {
      await plant(ada.id, planted);
      const session = await store.load("session", ada.cookie);
      expect(session).toMatchObject({ isNew: true, rejected: "undecipherable" });
      expect(await bytes(ada.id)).toEqual(planted);
    }
    await plant(ada.id, ofAda);
    expect((await store.load("session", ada.cookie)).values["user"]).toBe(CANARY);
  });

  it("that were swapped during a request make its save a lost session", async () => {
    const { open, stored: bytes, plant } = share();
    const store = await open(NEW, withEncryptedValues());
    const [ada, eve] = [await stored(store), await stored(store, { user: "eve" })];
    const session = await store.load("session", ada.cookie);
    const ofEve = (await bytes(eve.id)) as Buffer;
    await plant(ada.id, ofEve);
    session.values["more"] = 1;
    expect(await rejection(store.save(session))).toBeInstanceOf(SessionGoneError);
    expect(await bytes(ada.id)).toEqual(ofEve);
  });

  it("are read with an older pair, reported, and encrypted with the first one by the next save", async () => {
    const { open } = share();
    const { id, cookie } = await stored(await open(OLD, withEncryptedValues()));
    const rotated = await open([...NEW, ...OLD], withEncryptedValues());
    const session = await rotated.load("session", cookie);
    expect(session.values["user"]).toBe(CANARY);
    expect(events.filter(({ name }) => name === "old-key")).toEqual([
      { name: "old-key", message: { publicId: publicIdOf(id), keyIndex: 1 } },
      { name: "old-key", message: { name: "session", keyIndex: 1 } },
    ]);
    const fresh = createCodec(NEW).encode("session", id);
    const only = await open(NEW, withEncryptedValues());
    expect((await only.load("session", fresh)).rejected).toBe("undecipherable");
    session.values["more"] = 1;
    await rotated.save(session);
    expect((await only.load("session", fresh)).values).toEqual({ user: CANARY, more: 1 });
  });

  it("stand beside plain ones: those are read, and encrypted by their next save", async () => {
    const { open, stored: bytes } = share();
    const plain = await open(NEW);
    const { id, cookie } = await stored(plain);
    expect((await bytes(id))?.includes("canary")).toBe(true);
    const store = await open(NEW, withEncryptedValues());
    const [session, unchanged] = [
      await store.load("session", cookie),
      await store.load("session", cookie),
    ];
    expect(session.values["user"]).toBe(CANARY);
    await store.save(unchanged);
    expect(isEncrypted((await bytes(id)) as Buffer)).toBe(false);
    session.values["more"] = 1;
    await store.save(session);
    expect(isEncrypted((await bytes(id)) as Buffer)).toBe(true);
    expect((await store.load("session", cookie)).values).toEqual({ user: CANARY, more: 1 });
  });

  it("are an error that names the option for a store without it", async () => {
    const { open } = share();
    const { id, cookie } = await stored(await open(NEW, withEncryptedValues()));
    for (const serializer of [jsonSerializer, structuredSerializer]) {
      const plain = await open(NEW, withSerializer(serializer));
      for (const loading of [plain.load("session", cookie), plain.records.load(id)]) {
        const error = await rejection(loading);
        expect(error).toBeInstanceOf(SerializationError);
        expect(error).toMatchObject({ message: /no withEncryptedValues/ });
      }
    }
  });

  it("are merged when two processes change them at once", async () => {
    const { open, stored: bytes } = share();
    const [one, two] = [
      await open(NEW, withEncryptedValues()),
      await open(NEW, withEncryptedValues({ compress: true })),
    ];
    const { id, cookie } = await stored(one, { count: 0 });
    const write = async (store: RediStore<Values>, key: string): Promise<void> => {
      const session = await store.load("session", cookie);
      session.values[key] = CANARY;
      await store.save(session);
      await session.update((values) => (values["count"] = Number(values["count"]) + 1));
    };
    const keys = Array.from({ length: 40 }, (__, index) => `key${index}`);
    await Promise.all(keys.map((key, index) => write(index % 2 ? one : two, key)));
    const { values } = await two.load("session", cookie);
    expect(Object.keys(values).toSorted()).toEqual(["count", ...keys].toSorted());
    expect(values["count"]).toBe(40);
    expect(isEncrypted((await bytes(id)) as Buffer)).toBe(true);
    expect(events.some(({ name }) => name === "conflict")).toBe(true);
  });

  it.each([
    ["fail", ["fulfilled", "rejected"], { user: CANARY, a: 1 }],
    ["overwrite", ["fulfilled", "fulfilled"], { user: CANARY, b: 1 }],
  ] as const)("keep %j", async (mode, outcomes, expected) => {
    const { open } = share();
    const one = await open(NEW, withEncryptedValues(), withConcurrency(mode));
    const two = await open(NEW, withEncryptedValues(), withConcurrency(mode));
    const { cookie } = await stored(one);
    const [first, second] = [await one.load("session", cookie), await two.load("session", cookie)];
    first.values["a"] = 1;
    second.values["b"] = 1;
    const [saved] = await Promise.allSettled([first.save()]);
    const [savedNext] = await Promise.allSettled([second.save()]);
    expect([saved?.status, savedNext?.status]).toEqual(outcomes);
    expect((await one.load("session", cookie)).values).toEqual(expected);
  });

  it("have the limits of plain ones, also compressed", async () => {
    const { open, stored: bytes } = share();
    const text = "a".repeat(5000);
    const compressed = withEncryptedValues({ compress: true });
    const small = await open(NEW, compressed);
    const { id, cookie } = await stored(small);
    const session = await small.load("session", cookie);
    session.values["text"] = text;
    const error = await rejection(small.save(session));
    expect(error).toBeInstanceOf(SessionTooLargeError);
    expect(error).toMatchObject({ key: "text", message: /over the limit of 4096/ });
    const large = await open(NEW, compressed, withMaxLength(10_000));
    const roomy = await large.load("session", cookie);
    roomy.values["text"] = text;
    await large.save(roomy);
    expect(((await bytes(id)) as Buffer).length).toBeLessThan(300);
    for (const more of [withEncryptedValues(), compressed]) {
      const limited = await open(NEW, more, withMaxReadLength(4096));
      const failure = await rejection(limited.load("session", cookie));
      expect(failure).toBeInstanceOf(SessionTooLargeError);
      expect(failure).toMatchObject({ message: /withMaxReadLength/ });
    }
  });
});

describe("encrypted values", () => {
  it("skip a cookie that is undecipherable if another one has a live session", async () => {
    const { open, plant } = (PLACES[0] as (typeof PLACES)[number])[1]();
    const store = await open(NEW, withEncryptedValues());
    const [broken, good] = [await stored(store), await stored(store, { user: "ada" })];
    await plant(broken.id, Buffer.from("\0rse1 and junk"));
    const session = await store.load("session", [broken.cookie, good.cookie]);
    expect(session).toMatchObject({ id: good.id, rejected: undefined });
    expect(events).toEqual([
      { name: "rejected", message: { publicId: publicIdOf(broken.id), reason: "undecipherable" } },
    ]);
  });

  it("go on after a create under an id that had been read, and whose reply was lost", async () => {
    const process = new SteppingBackend(new MemoryBackend());
    const record = makeRecords(encrypted(process)).create();
    expect(record.id).not.toBe("");
    record.values["a"] = 1;
    const lost = rejection(record.save());
    for (const step of ["create", "get", "get"]) await take(process, step, "replyLost");
    expect(await lost).toBeInstanceOf(StoreUnavailableError);
    const again = record.save();
    await take(process, "get");
    expect(await again).toBe(true);
    record.values["b"] = 2;
    const changed = record.save();
    await take(process, "replace");
    expect(await changed).toBe(true);
  });

  it("are bound to the key prefix, too", async () => {
    const backend = new MemoryBackend();
    const open = (prefix: string): Promise<RediStore<Values>> =>
      opening(NEW, [withBackend(unclosed(backend)), withKeyPrefix(prefix), withEncryptedValues()]);
    const { cookie } = await stored(await open("shop_"));
    expect((await (await open("admin_")).load("session", cookie)).rejected).toBe("undecipherable");
    expect((await (await open("shop_")).load("session", cookie)).rejected).toBeUndefined();
  });

  it("cost no more steps than plain ones", async () => {
    const backend = new MemoryBackend();
    const steps: string[] = [];
    const store = await opening(NEW, [withBackend(noting(backend, steps)), withEncryptedValues()]);
    const { cookie } = await stored(store);
    steps.length = 0;
    const session = await store.load("session", cookie);
    for (const value of [1, 2]) {
      session.values["more"] = value;
      await store.save(session);
    }
    await store.regenerate(session);
    session.values["more"] = 3;
    await store.save(session);
    expect(steps).toEqual(["get", "replace", "replace", "create", "retire", "replace"]);
  });

  it("need keys with createRecords, and take none with createStore", async () => {
    await expect(createRecords(withMemory(), withEncryptedValues())).rejects.toThrow(
      "withEncryptedValues has no keys, and createRecords has no others",
    );
    await expect(
      createStore(NEW, withMemory(), withEncryptedValues({ keys: NEW })),
    ).rejects.toThrow("withEncryptedValues has keys, and createStore encrypts with its own");
  });

  it("are shared by a store and by records with the same keys", async () => {
    const backend = new MemoryBackend();
    const store = await opening(NEW, [withBackend(unclosed(backend)), withEncryptedValues()]);
    const { id } = await stored(store);
    const keys = withEncryptedValues({ keys: () => [...OLD, ...NEW] });
    const records = await createRecords<Values>(withBackend(unclosed(backend)), keys);
    const record = await records.load(id);
    expect(record.values["user"]).toBe(CANARY);
    record.values["more"] = 1;
    await record.save();
    expect((await store.records.load(id)).state).toBe("new");
    expect((await records.load(id)).values["more"]).toBe(1);
  });
});
