// No secret leaves the store: ids, keys, passwords, cookies and values are in no event, trace, error, warning or inspection.
import { randomUUID } from "node:crypto";
import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { Redis } from "ioredis";
import { Redis as UntracedRedis } from "iovalkey";
import { createClient } from "redis6";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisProxy, startProxy } from "../../../test/redis/proxy.ts";
import { type RedisServer, startRedis } from "../../../test/redis/server.ts";
import { createCodec } from "../src/codec/secure-cookie.ts";
import { keysFromBytes, keysFromEnv, keysFromStrings, type KeyPair } from "../src/codec/keys.ts";
import { onEvent } from "../src/diagnostics.ts";
import { withAuth, withConnectTimeout, withPassword } from "../src/options/connection-details.ts";
import { withClient, withMemory, withURL } from "../src/options/connection-options.ts";
import type { OptionalStoreOption } from "../src/options/option.ts";
import { withEncryptedValues } from "../src/options/secrecy-options.ts";
import {
  withClock,
  withConcurrency,
  withMaxLength,
  withMaxReadLength,
  withOperationTimeout,
  withSerializer,
} from "../src/options/store-options.ts";
import { jsonSerializer } from "../src/serializers/json.ts";
import { structuredSerializer } from "../src/serializers/structured.ts";
import { createRecords, createStore } from "../src/session/create-store.ts";
import type { RediStore } from "../src/session/redi-store.ts";

type Values = Record<string, unknown>;

/** A text that must not be found, padded to a length. */
const canary = (name: string, length = 0): string =>
  `canary-${name}-${randomUUID()}`.padEnd(length, "x");

const PASSWORD = canary("password");
const AUTHENTICATION = canary("authentication");
const ENCRYPTION = canary("encryption").replaceAll("-", "").slice(0, 32);
const VALUE = canary("value");
const KEYS = keysFromStrings(AUTHENTICATION, ENCRYPTION);

/** All texts that must not be found; ids and cookies are added when they are made. */
const secrets = new Set<string>();
/** All that anyone outside could see. */
const seen: unknown[] = [];
let stop: () => void;

const TRACES = [
  ...["load", "save", "destroy", "regenerate"].map((name) => `redistore:${name}`),
  ...["command", "batch", "connect"].flatMap((name) => [`ioredis:${name}`, `node-redis:${name}`]),
];
const collect = (message: unknown): void => void seen.push(message);
const handlers = {
  start: collect,
  end: collect,
  asyncStart: collect,
  asyncEnd: collect,
  error: collect,
};

let redis: RedisServer;
/** For set-ups; a library that publishes no traces. */
let admin: UntracedRedis;
let proxy: RedisProxy;
let url: string;
beforeAll(async () => {
  redis = await startRedis({ args: ["--requirepass", PASSWORD] });
  admin = new UntracedRedis({ port: redis.port, host: redis.host, password: PASSWORD });
  proxy = await startProxy(redis);
  url = `redis://:${PASSWORD}@127.0.0.1:${proxy.port}`;
});
afterAll(async () => {
  admin.disconnect();
  await proxy.close();
  await redis.stop();
});

beforeEach(() => {
  secrets.clear();
  seen.length = 0;
  for (const secret of [PASSWORD, AUTHENTICATION, ENCRYPTION, VALUE]) secrets.add(secret);
  stop = onEvent(collect);
  for (const name of TRACES) tracingChannel(name).subscribe(handlers);
  process.on("warning", collect);
});
afterEach(() => {
  process.off("warning", collect);
  stop();
  for (const name of TRACES) tracingChannel(name).unsubscribe(handlers);
});

/** Each of `items` in every form that a log could contain: inspected, as JSON, its message and stack, and those of its causes. */
function shown(items: readonly unknown[]): string[] {
  return items.flatMap((item) => [
    inspect(item, { depth: 20, showHidden: true, maxStringLength: Infinity }),
    String(item),
    json(item),
    ...(item instanceof Error
      ? [item.message, item.stack ?? "", ...shown(item.cause === undefined ? [] : [item.cause])]
      : []),
  ]);
}

function json(item: unknown): string {
  try {
    return JSON.stringify(item) ?? "";
  } catch {
    return ""; // Circular.
  }
}

/** The collected texts that contain a secret. */
async function textsWithSecrets(): Promise<string[]> {
  // Warnings are emitted on the next tick.
  await new Promise(setImmediate);
  if (seen.length === 0) throw new Error("Nothing was collected.");
  return shown(seen).filter((text) => [...secrets].some((secret) => text.includes(secret)));
}

/** Collects the error of `run`, which has to fail. */
async function fail(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    seen.push(error);
    return;
  }
  throw new Error("It did not fail.");
}

async function open(...options: OptionalStoreOption[]): Promise<RediStore<Values>> {
  return createStore<Values>(KEYS, withOperationTimeout(1), options);
}

/** Stores a session with the value, and returns its cookie. */
async function store(sessions: RediStore<Values>): Promise<{ id: string; cookie: string }> {
  const session = sessions.create();
  session.values["token"] = VALUE;
  const [cookie] = await sessions.save(session);
  const stored = { id: session.id, cookie: cookie?.value ?? "" };
  for (const secret of Object.values(stored)) secrets.add(secret);
  return stored;
}

/** Every operation of a session, each successful and each failing, by whatever a caller can get wrong. */
async function useAndMisuse(sessions: RediStore<Values>): Promise<void> {
  const { id, cookie } = await store(sessions);
  const load = () => sessions.load("session", cookie);
  const [one, two, slow] = [await load(), await load(), await load()];
  one.values["b"] = 1;
  two.values["c"] = VALUE;
  await sessions.save(one);
  await sessions.save(two);
  await one.update((values) => (values["n"] = VALUE));
  await one.touch();
  await one.reload();
  await sessions.regenerate(one);
  secrets.add(one.id);
  slow.values["d"] = 1;
  await sessions.save(slow).catch(collect);
  // Arguments that are no session, or no longer one.
  for (const wrong of ["junk", `${cookie}x`, VALUE]) await sessions.load("session", wrong);
  await sessions.load("other", cookie);
  await fail(() => sessions.load(cookie, "session"));
  await sessions.records.load(id);
  // Values that cannot be stored.
  for (const wrong of [() => VALUE, Symbol("s"), Promise.resolve(VALUE)]) {
    const session = await sessions.load("session", []);
    session.values[`bad`] = { token: VALUE, wrong };
    await fail(() => sessions.save(session));
  }
  const large = sessions.create();
  large.values["large"] = VALUE.repeat(2000);
  await fail(() => sessions.save(large));
  const reserved = sessions.create();
  reserved.values["_redistore"] = VALUE;
  await fail(() => sessions.save(reserved));
  // Options of the wrong type.
  await fail(() => one.regenerate({ principal: { token: VALUE } as unknown as string }));
  await fail(() => one.regenerate({ keep: { token: VALUE } as unknown as boolean }));
  await fail(() => (one.options.maxAge = 10 ** 12));
  one.options.maxAge = 60;
  await fail(() => one.update(async () => VALUE));
  // A login, and an end from elsewhere.
  const user = sessions.create();
  await sessions.regenerate(user, { principal: "ada" });
  secrets.add(user.id);
  await sessions.regenerate(user, { grace: 5 });
  secrets.add(user.id);
  seen.push(await sessions.principal("ada").sessions());
  await sessions.principal("ada").destroyAll();
  await sessions.destroy(one);
  seen.push(one.publicId, sessions, sessions.records);
}

const vault = (keys: unknown) => () => keys as KeyPair[];

describe("no secret is shown", () => {
  it.each<[string, OptionalStoreOption]>([
    ["JSON", withSerializer(jsonSerializer)],
    ["structured clones", withSerializer(structuredSerializer)],
  ])("by any operation on a connection of the store, with %s", async (_, serializer) => {
    const sessions = await open(withURL(url), serializer);
    await useAndMisuse(sessions);
    await sessions.close();
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by any operation in memory, or with writes that fail instead of merging", async () => {
    for (const concurrency of ["merge", "overwrite"] as const) {
      const sessions = await open(withMemory(), withConcurrency(concurrency));
      await useAndMisuse(sessions);
      await sessions.close();
    }
    const sessions = await open(withMemory(), withConcurrency("fail"));
    const { cookie } = await store(sessions);
    const [one, two] = [
      await sessions.load("session", cookie),
      await sessions.load("session", cookie),
    ];
    one.values["a"] = two.values["b"] = VALUE;
    await sessions.save(one);
    await fail(() => sessions.save(two));
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by any operation with a client of the application", async () => {
    const ioredis = new Redis({ port: redis.port, host: redis.host, password: PASSWORD });
    const nodeRedis = createClient({
      socket: { port: redis.port, host: redis.host },
      password: PASSWORD,
    });
    nodeRedis.on("error", () => undefined);
    await nodeRedis.connect();
    for (const client of [ioredis, nodeRedis]) {
      const sessions = await open(withClient(client));
      await useAndMisuse(sessions);
      await sessions.close();
    }
    ioredis.disconnect();
    nodeRedis.destroy();
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by records that cannot be read", async () => {
    const sessions = await open(withURL(url), withMaxLength(1000), withMaxReadLength(1000));
    const custom = await open(
      withURL(url),
      withSerializer({
        serialize: (values) => JSON.stringify(values),
        deserialize: (bytes) => JSON.parse(String(bytes)) as object,
      }),
    );
    const structured = await open(withURL(url), withSerializer(structuredSerializer));
    for (const each of [sessions, custom, structured]) {
      for (const text of [
        `{"token":"${VALUE}"x`,
        VALUE,
        `["${VALUE}"]`,
        `"${VALUE}"`,
        `{"token":"${VALUE}","_redistore":"${VALUE}"}`,
        `{"token":"${VALUE}","_redistore":{"a":"${VALUE}"}}`,
        `{"token":"${VALUE.repeat(40)}","n":1e999}`,
      ]) {
        const { id, cookie } = await store(each);
        await admin.call("SET", `session_${id}`, text, "KEEPTTL");
        await each.load("session", cookie).catch(collect);
        await each.records.load(id).catch(collect);
      }
      await each.close();
    }
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by refusals and failures of Redis", async () => {
    const sessions = await open(withURL(url));
    const { id, cookie } = await store(sessions);
    const attempt = async (): Promise<void> => {
      await sessions.load("session", cookie).catch(collect);
      const session = sessions.create();
      session.values["token"] = VALUE;
      await sessions.save(session).catch(collect);
      await sessions.records.destroy(id).catch(collect);
    };
    await admin.call("CONFIG", "SET", "maxmemory", "1");
    await attempt();
    await admin.call("CONFIG", "SET", "maxmemory", "0");
    await admin.call("DEL", `session_${id}`);
    await admin.call("LPUSH", `session_${id}`, VALUE);
    await attempt();
    await admin.call("SCRIPT", "FLUSH");
    await attempt();
    await admin.call("ACL", "SETUSER", "default", "-evalsha", "-eval", "-mget");
    await attempt();
    await admin.call("ACL", "SETUSER", "default", "+@all");
    proxy.blockReplies();
    await attempt();
    proxy.unblockReplies();
    await sessions.close();
    await attempt();
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by a start that fails", async () => {
    const wrong = canary("wrong");
    secrets.add(wrong);
    const at = { port: redis.port, host: redis.host };
    const address = `redis://${at.host}:${at.port}`;
    await fail(() => open(withURL(`redis://:${wrong}@${at.host}:${at.port}`)));
    await fail(() => open(withURL(address), withPassword(wrong)));
    await fail(() => open(withURL(address), withAuth("user", wrong)));
    await fail(() => open(withURL(`redis://:${wrong}/%@host`)));
    await fail(() => open(withURL(`redis://:${wrong}@${at.host}:x`)));
    await fail(() => open(withURL(`redis://:${wrong}@${at.host}?tls=${wrong}`)));
    await fail(() => open(withURL(url), withPassword(wrong)));
    await fail(() => open(withURL(address), withPassword({ wrong } as unknown as string)));
    await fail(() =>
      open(withURL(`rediss://:${wrong}@${at.host}:${at.port}`), withConnectTimeout(0.5)),
    );
    await fail(() => open({ password: wrong } as unknown as OptionalStoreOption));
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by keys that cannot be used, or a key function that fails", async () => {
    const wrong = canary("key");
    secrets.add(wrong);
    process.env["CANARY_KEYS"] = `${wrong},${wrong}`;
    await fail(() => keysFromEnv("CANARY_KEYS"));
    await fail(() => createStore(keysFromStrings(wrong, wrong), withMemory()));
    await fail(() =>
      createStore(keysFromBytes(Buffer.from(wrong), Buffer.from(wrong)), withMemory()),
    );
    await fail(() => createStore(wrong as unknown as KeyPair[], withMemory()));
    await fail(() =>
      createStore([{ authentication: { wrong } as unknown as string }], withMemory()),
    );
    await fail(() =>
      createStore(vault([{ authentication: wrong, encryption: wrong }]), withMemory()),
    );
    createCodec([...keysFromStrings(wrong, wrong), ...KEYS]);
    createCodec(keysFromStrings(wrong.slice(0, 20)));
    let now = 2e9;
    let keys: unknown = KEYS;
    const sessions = await createStore<Values>(
      () => keys as KeyPair[],
      withMemory(),
      withClock(() => now),
    );
    keys = wrong;
    now += 61;
    await sessions.load("session", "junk");
    await new Promise(setImmediate);
    delete process.env["CANARY_KEYS"];
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by records that are encrypted, and cannot be decrypted or decompressed", async () => {
    const compressed = withEncryptedValues({ compress: true });
    const sessions = await open(withURL(url), compressed, withMaxLength(10_000));
    const limited = await open(
      withURL(url),
      compressed,
      withMaxLength(100),
      withMaxReadLength(100),
    );
    const plain = await open(withURL(url));
    const { id, cookie } = await store(sessions);
    const session = await sessions.load("session", cookie);
    session.values["long"] = VALUE.repeat(40);
    await sessions.save(session);
    await fail(() => limited.load("session", cookie));
    await fail(() => plain.load("session", cookie));
    await admin.call("SET", `session_${id}`, "\0rse1, and no more", "KEEPTTL");
    seen.push(await sessions.load("session", cookie));
    const keys = keysFromStrings(AUTHENTICATION);
    await fail(() => createStore(KEYS, withMemory(), withEncryptedValues({ keys })));
    await fail(() => withEncryptedValues({ keys: AUTHENTICATION as unknown as KeyPair[] }));
    await fail(() => withEncryptedValues({ compress: AUTHENTICATION as unknown as boolean }));
    for (const each of [sessions, limited, plain]) await each.close();
    expect(await textsWithSecrets()).toEqual([]);
  });

  it("by records without cookies", async () => {
    const records = await createRecords<Values>(withURL(url));
    const record = records.create();
    secrets.add(record.id);
    record.values["token"] = VALUE;
    await record.save();
    record.values["bad"] = { [VALUE]: 1n };
    secrets.delete(VALUE); // A key is part of the path in the error.
    await fail(() => record.save());
    seen.push(records);
    await records.close();
    await fail(() => record.save());
    expect(await textsWithSecrets()).toEqual([]);
  });
});
