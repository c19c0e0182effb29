// A session that is stored already, for tests in which several requests use it at once.
import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import {
  EncryptedBackend,
  type EncryptedBackendOptions,
} from "../../../src/backends/encrypted-backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { MemoryBackend } from "../../../src/backends/memory/memory-backend.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { keysFromStrings } from "../../../src/codec/keys.ts";
import { RecordCipher } from "../../../src/codec/record-cipher.ts";
import { createCodec } from "../../../src/codec/secure-cookie.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import type { Records } from "../../../src/session/records.ts";
import type { RecordsSettings } from "../../../src/protocol/protocol-context.ts";
import type { SessionRecord } from "../../../src/session/session-record.ts";
import { makeRecords } from "./make-records.ts";

export type Values = Record<string, unknown>;

/** Ways to open a backend with nothing in it, by name: for tests that have to pass on memory and on Redis. */
export const BACKENDS: readonly (readonly [string, () => Promise<Backend>])[] = [
  ["memory", async () => new MemoryBackend()],
  ["Redis", openRedisBackend],
  ["memory, encrypted", async () => encrypted(new MemoryBackend())],
];

const KEYS = keysFromStrings("k".repeat(32));
const codec = createCodec(KEYS);
const cipher = new RecordCipher(KEYS);

/** `backend` with records that are encrypted, as one process sees it. */
export function encrypted(
  backend: Backend,
  options: Partial<EncryptedBackendOptions> = {},
): EncryptedBackend {
  return new EncryptedBackend(backend, {
    keyRing: { current: () => codec, cipher: () => cipher },
    keyPrefix: "test_",
    compress: false,
    maxReadLength: 0,
    onOldKey: () => undefined,
    onUndecipherable: () => undefined,
    ...options,
  });
}

/** On the Redis of the run, under a prefix of its own. */
export async function openRedisBackend(): Promise<Backend> {
  return openBackend(collect([withURL(inject("redisUrl"))]), {
    keyPrefix: `test_${randomUUID()}_`,
    now: () => Date.now() / 1000,
  });
}

/** One session in a backend, and how requests get at it. */
export class StoredSession {
  readonly backend: Backend;
  readonly records: Records<Values>;
  readonly id: string;

  constructor(backend: Backend, records: Records<Values>, id: string) {
    this.backend = backend;
    this.records = records;
    this.id = id;
  }

  /** The session as one more request of this process loads it. */
  load(): Promise<SessionRecord<Values>> {
    return this.records.load(this.id);
  }

  /** As a request of another process loads it, whose saves are not merged with ours before they reach the backend. */
  loadElsewhere(settings: Partial<RecordsSettings> = {}): Promise<SessionRecord<Values>> {
    return makeRecords(this.backend, settings).load(this.id);
  }

  /** What is stored under `id` (default: the first one), without the times of beginning and login; undefined if it has ended. */
  async stored(id: string = this.id): Promise<Values | undefined> {
    const { record, tombstone } = await this.backend.get(id, new Deadline(5));
    return record && !tombstone ? withoutTimes(JSON.parse(record.toString()) as Values) : undefined;
  }
}

/** `lifetimes.test.ts` has them. */
function withoutTimes(values: Values): Values {
  const text = values["_redistore"];
  if (typeof text !== "string") return values;
  const {
    created: _,
    authenticated: __,
    listed: ___,
    publicId: ____,
    ...metadata
  } = JSON.parse(text) as Values;
  return { ...values, _redistore: JSON.stringify(metadata) };
}

/** Stores `values` in a new session. */
export async function storeSession(
  values: Values,
  settings: Partial<RecordsSettings> = {},
  backend: Backend = new MemoryBackend(),
): Promise<StoredSession> {
  const records = makeRecords(backend, settings);
  const first = records.create();
  Object.assign(first.values, values);
  await first.save();
  return new StoredSession(backend, records, first.id);
}
