// Reading has limits: a huge or hostile record is an error, and neither exhausts the memory nor stops the process for long.
import { randomUUID } from "node:crypto";
import { serialize } from "node:v8";
import { Redis } from "ioredis";
import { afterAll, describe, expect, inject, it } from "vitest";
import { createCodec } from "../../src/codec/secure-cookie.ts";
import { generateKeys, keysFromStrings } from "../../src/codec/keys.ts";
import { newSessionId } from "../../src/codec/session-id.ts";
import { SessionTooLargeError } from "../../src/errors.ts";
import { withURL } from "../../src/options/connection-options.ts";
import type { OptionalStoreOption } from "../../src/options/option.ts";
import {
  withKeyPrefix,
  withMaxLength,
  withMaxReadLength,
  withOperationTimeout,
  withSerializer,
} from "../../src/options/store-options.ts";
import { jsonSerializer } from "../../src/serializers/json.ts";
import type { Serializer } from "../../src/serializers/serializer.ts";
import { structuredSerializer } from "../../src/serializers/structured.ts";
import { createRecords, createStore } from "../../src/session/create-store.ts";
import type { Records } from "../../src/session/records.ts";
import { rejection } from "./records/steps.ts";

type Values = Record<string, unknown>;

const MIB = 1024 * 1024;
const KEYS = keysFromStrings(...generateKeys());
const prefix = `test_${randomUUID()}_`;
const client = new Redis(inject("redisUrl"));
const opened: { close(): Promise<void> }[] = [];
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await client.quit();
});

const options = [withURL(inject("redisUrl")), withKeyPrefix(prefix), withOperationTimeout(20)];

async function openRecords(...more: OptionalStoreOption[]): Promise<Records<Values>> {
  const records = await createRecords<Values>(options, more);
  opened.push(records);
  return records;
}

/** Stores `bytes` as another program would, and returns the id. */
async function plant(bytes: string | Uint8Array): Promise<string> {
  const id = newSessionId();
  await client.set(`${prefix}${id}`, Buffer.from(bytes as string), "EX", 60);
  return id;
}

/** A JSON record of this many bytes. */
const ofLength = (bytes: number): string => `{"a":"${"x".repeat(bytes - 8)}"}`;

/** A serializer that counts its calls of `deserialize`. */
function counting(): Serializer & { reads: number } {
  return {
    ...jsonSerializer,
    reads: 0,
    deserialize(bytes) {
      this.reads++;
      return jsonSerializer.deserialize(bytes);
    },
  };
}

describe("a stored session over withMaxReadLength", () => {
  it("is an error by default above 1 MiB, and is not parsed", async () => {
    const serializer = counting();
    const store = await createStore<Values>(KEYS, options, withSerializer(serializer));
    opened.push(store);
    const load = async (bytes: number): Promise<unknown> =>
      store.load("session", createCodec(KEYS).encode("session", await plant(ofLength(bytes))));
    expect(await load(MIB)).toMatchObject({ isNew: false });
    expect(serializer.reads).toBe(1);
    const failure = await rejection(load(MIB + 1));
    expect(failure).toBeInstanceOf(SessionTooLargeError);
    expect(String(failure)).toContain("1048577 bytes, over the limit of 1048576 for reading");
    expect(String(failure)).toContain("withMaxReadLength");
    expect(serializer.reads).toBe(1);
  });

  it("is an error for stores of other session libraries too", async () => {
    const records = await openRecords();
    const failure = await rejection(records.load(await plant(ofLength(20 * MIB))));
    expect(failure).toBeInstanceOf(SessionTooLargeError);
  });

  it.each<[string, OptionalStoreOption[], number, number]>([
    ["is over the option", [withMaxReadLength(10_000)], 10_000, 10_001],
    ["is over withMaxLength, if that is longer", [withMaxLength(2 * MIB)], 2 * MIB, 2 * MIB + 1],
    [
      "is over withMaxLength, if the option is less",
      [withMaxLength(2000), withMaxReadLength(1000)],
      2000,
      2001,
    ],
  ])("%s", async (_, more, accepted, refused) => {
    const records = await openRecords(more);
    expect(await records.load(await plant(ofLength(accepted)))).toMatchObject({ state: "live" });
    expect(await rejection(records.load(await plant(ofLength(refused))))).toBeInstanceOf(
      SessionTooLargeError,
    );
  });

  it.each<[string, OptionalStoreOption[]]>([
    ["withMaxReadLength(0)", [withMaxReadLength(0)]],
    ["withMaxLength(0)", [withMaxLength(0)]],
  ])("is read without a limit: %s", async (_, more) => {
    const records = await openRecords(more);
    expect(await records.load(await plant(ofLength(2 * MIB)))).toMatchObject({ state: "live" });
  });

  it("cannot be written, because it could not be read again", async () => {
    const records = await openRecords();
    const record = records.create();
    record.values["a"] = "x".repeat(MIB);
    record.values["b"] = 1;
    expect(await rejection(record.save())).toMatchObject({
      code: "ERR_REDISTORE_TOO_LARGE",
      key: "a",
    });
    record.values["a"] = "x";
    await record.save();
    expect(await client.exists(`${prefix}${record.storedId}`)).toBe(1);
  });

  it("is an error for a save that would merge into it", async () => {
    const records = await openRecords();
    const id = await plant('{"a":1}');
    const record = await records.load(id);
    await client.set(`${prefix}${id}`, ofLength(2 * MIB), "KEEPTTL");
    record.values["b"] = 1;
    expect(await rejection(record.save())).toBeInstanceOf(SessionTooLargeError);
    expect(await client.strlen(`${prefix}${id}`)).toBe(2 * MIB);
  });
});

/** Text of up to 1 MiB: `part` repeated between `start` and `end`. */
const filled = (start: string, part: (index: number) => string, end: string): string => {
  let text = start;
  for (let index = 0; text.length < MIB - 40; index++) text += part(index);
  return `${text}${end}`;
};

const nestedObjects = (levels: number): Buffer => {
  const open = Buffer.from([0x6f, 0x22, 1, 0x61]); // an object with the key "a"
  const close = Buffer.from([0x7b, 1]);
  const all = Array.from({ length: levels }, () => open);
  return Buffer.concat([
    serialize({}).subarray(0, 2),
    ...all,
    Buffer.from([0x49, 2]),
    ...all.map(() => close),
  ]);
};

const HOSTILE: readonly [string, Serializer, string | Uint8Array][] = [
  ["nested arrays", jsonSerializer, `{"a":${"[".repeat(MIB / 2 - 10)}${"]".repeat(MIB / 2 - 10)}}`],
  [
    "arrays nested to the limit",
    jsonSerializer,
    filled('{"a":[1', () => `,${"[".repeat(9000)}${"]".repeat(9000)}`, "]}").slice(0, MIB),
  ],
  ["keys", jsonSerializer, filled('{"x":1', (index) => `,"${index.toString(36)}":1`, "}")],
  ["empty objects", jsonSerializer, filled('{"a":[1', () => ",{}", "]}")],
  ["objects with different keys", jsonSerializer, filled('{"a":[1', (i) => `,{"${i}":1}`, "]}")],
  ["escapes of half surrogate pairs", jsonSerializer, filled('{"a":"', () => "\\ud800", '"}')],
  [
    "bytes that are not UTF-8",
    jsonSerializer,
    Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(MIB - 20, 0xff), Buffer.from('"}')]),
  ],
  ["nested objects", structuredSerializer, nestedObjects(170_000)],
  [
    "maps",
    structuredSerializer,
    serialize({ a: Array.from({ length: 300_000 }, () => new Map()) }),
  ],
  [
    "a sparse array",
    structuredSerializer,
    serialize({ a: Object.assign([], { [2 ** 32 - 2]: 1 }) }),
  ],
];

describe("a hostile record within the limit", () => {
  it.each(HOSTILE)(
    "is read or refused within seconds and 300 MB: %s",
    async (_, serializer, bytes) => {
      const records = await openRecords(withSerializer(serializer));
      const id = await plant(bytes);
      const before = { cpu: process.cpuUsage(), heap: process.memoryUsage().heapUsed };
      const outcome = await records.load(id).then(
        (record) => (record.changed ? "unreadable" : "read"),
        (error: unknown) => (error instanceof Error ? "refused" : "broken"),
      );
      const { user, system } = process.cpuUsage(before.cpu);
      expect(["read", "refused", "unreadable"]).toContain(outcome);
      expect((user + system) / 1e6).toBeLessThan(5);
      expect(process.memoryUsage().heapUsed - before.heap).toBeLessThan(300e6);
    },
  );
});
