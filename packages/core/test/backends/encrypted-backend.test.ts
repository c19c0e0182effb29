// The backend that encrypts: the contract, what it compares, and what it makes of bytes that it cannot decrypt.
import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { WriteResult } from "../../src/backends/backend.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { EncryptedBackend } from "../../src/backends/encrypted-backend.ts";
import { createMemoryBackend, MemoryBackend } from "../../src/backends/memory/memory-backend.ts";
import { openBackend } from "../../src/backends/open-backend.ts";
import type { Successor } from "../../src/backends/tombstone.ts";
import { keysFromStrings } from "../../src/codec/keys.ts";
import { isEncrypted, RecordCipher } from "../../src/codec/record-cipher.ts";
import { SessionTooLargeError } from "../../src/errors.ts";
import { withURL } from "../../src/options/connection-options.ts";
import { collect } from "../../src/options/option.ts";
import { backendSuite } from "../../src/testing/index.ts";
import { NEW, OLD, Vault } from "../codec/key-vault.ts";
import { encrypted } from "../session/records/stored-session.ts";
import { rejection, settled } from "../session/records/steps.ts";
import { freshPrefix, underTest } from "./redis/redis-under-test.ts";

const soon = (): Deadline => new Deadline(10);
const PLAIN = Buffer.from('{"user":"ada"}');
const LONG = Buffer.from(JSON.stringify({ text: "a".repeat(5000) }));
const ENDING = { told: true, owned: false };

let redis: Redis;
beforeAll(() => {
  redis = new Redis(inject("redisUrl"));
});
afterAll(() => redis.quit());

/** Expects records by their bytes, as the suite does, where the backend itself knows the buffers that it returned. */
class ByBytes extends EncryptedBackend {
  override async replace(
    ...[id, expected, ...others]: Parameters<EncryptedBackend["replace"]>
  ): Promise<WriteResult> {
    return super.replace(id, expected && (await this.#known(id, expected)), ...others);
  }

  override async retire(
    ...[id, expected, ...others]: Parameters<EncryptedBackend["retire"]>
  ): Promise<WriteResult> {
    return super.retire(id, await this.#known(id, expected), ...others);
  }

  async #known(id: string, expected: Buffer): Promise<Buffer> {
    const { record } = await this.get(id, soon());
    if (record?.equals(expected)) return record;
    // Bytes that are stored nowhere.
    const other = Buffer.from(expected);
    await this.create("other", other, 1, soon());
    await this.delete("other", ENDING, 1, soon());
    return other;
  }
}

const options = {
  keyRing: await new Vault().opened(),
  keyPrefix: "test_",
  compress: true,
  maxReadLength: 0,
  onOldKey: () => undefined,
  onUndecipherable: () => undefined,
};

backendSuite({ describe, it }, "encrypted, in memory", async () => {
  let now = 1_700_000_000;
  return {
    backend: new ByBytes(createMemoryBackend({ now: () => now }), options),
    elapse: async (seconds) => void (now += seconds),
  };
});

backendSuite({ describe, it }, "encrypted, in Redis", async () => {
  const keyPrefix = freshPrefix();
  const backend = await openBackend(collect([withURL(inject("redisUrl"))]), {
    keyPrefix,
    now: () => 0,
  });
  return underTest(new ByBytes(backend, { ...options, keyPrefix }), keyPrefix, [redis]);
});

describe("the backend that encrypts", () => {
  it("accepts as expected what it returned or wrote itself, and refuses a copy", async () => {
    const backend = encrypted(new MemoryBackend());
    await backend.create("a", PLAIN, 10, soon());
    expect(await backend.replace("a", PLAIN, LONG, 10, soon())).toEqual({ outcome: "done" });
    const { record } = await backend.get("a", soon());
    expect(await backend.replace("a", record, PLAIN, 10, soon())).toEqual({ outcome: "done" });
    const copied = backend.replace("a", Buffer.from(PLAIN), LONG, 10, soon());
    expect(await rejection(copied)).toMatchObject({ message: /neither read nor written here/ });
  });

  it("writes the same bytes again if the same write is repeated, and others for another id", async () => {
    const below = new MemoryBackend();
    const backend = encrypted(below);
    const create = vi.spyOn(below, "create");
    for (const id of ["a", "a", "b"]) await backend.create(id, PLAIN, 10, soon());
    const [first, again, other] = create.mock.calls.map(([, record]) => record.toString("hex"));
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it("counts a record that it cannot decrypt as none, and neither overwrites nor retires it", async () => {
    const below = new MemoryBackend();
    const lost: string[] = [];
    const backend = encrypted(below, { onUndecipherable: (id) => void lost.push(id) });
    await backend.create("a", PLAIN, 10, soon());
    await backend.create("b", LONG, 10, soon());
    const { record: moved } = await below.get("b", soon());
    await below.replace("a", undefined, moved as Buffer, 10, soon());
    expect((await backend.get("a", soon())).record).toBeUndefined();
    expect((await backend.touch("a", 10, soon())).record).toBeUndefined();
    const [a, b] = await backend.getMany(["a", "b"], soon());
    expect([a?.record, b?.record]).toEqual([undefined, LONG]);
    expect(lost).toEqual(["a", "a", "a"]);
    expect(await backend.create("a", LONG, 10, soon())).toBe(false);
    const gone = { outcome: "gone", tombstone: undefined };
    expect(await backend.replace("a", PLAIN, LONG, 10, soon())).toEqual(gone);
    const successor: Successor = { kind: "login", to: "c", grace: 0, ...ENDING };
    expect(await backend.retire("a", PLAIN, successor, 10, soon())).toEqual(gone);
    expect((await below.get("a", soon())).record).toEqual(moved);
  });

  it("reads a plain record as it is, and encrypts what replaces it", async () => {
    const below = new MemoryBackend();
    const backend = encrypted(below);
    await below.create("a", PLAIN, 10, soon());
    const { record } = await backend.get("a", soon());
    expect(record).toEqual(PLAIN);
    await backend.replace("a", record, LONG, 10, soon());
    expect(isEncrypted((await below.get("a", soon())).record as Buffer)).toBe(true);
    expect((await backend.get("a", soon())).record).toEqual(LONG);
  });

  it("asks for keys that may have changed whenever it reads", async () => {
    const vault = new Vault();
    const keyRing = await vault.opened();
    const below = new MemoryBackend();
    const backend = encrypted(below, { keyRing });
    const newest = new RecordCipher([...NEW, ...OLD]).encrypt(PLAIN, "test_a", {
      flags: 0,
      note: "",
    });
    await below.create("a", newest, 10, soon());
    expect((await backend.get("a", soon())).record).toBeUndefined();
    vault.seconds += 60;
    const reading = backend.get("a", soon());
    await settled();
    vault.calls[1]?.resolve([...NEW, ...OLD]);
    expect((await reading).record).toEqual(PLAIN);
    await backend.create("b", PLAIN, 10, soon());
    const { record } = await below.get("b", soon());
    expect(new RecordCipher(NEW).decrypt(record as Buffer, "test_b")?.bytes).toEqual(PLAIN);
  });

  it("reports a record of an older pair, and writes with the first one", async () => {
    const below = new MemoryBackend();
    const old = encrypted(below);
    await old.create("a", PLAIN, 10, soon());
    const keys = [...NEW, ...keysFromStrings("k".repeat(32))];
    const seen: unknown[] = [];
    const vault = new Vault();
    const keyRing = await vault.opened(keys);
    const backend = encrypted(below, { keyRing, onOldKey: (...found) => void seen.push(found) });
    const { record } = await backend.get("a", soon());
    expect(record).toEqual(PLAIN);
    await backend.replace("a", record, LONG, 10, soon());
    expect((await backend.get("a", soon())).record).toEqual(LONG);
    expect(seen).toEqual([["a", 1]]);
  });
});

describe("compression", () => {
  it("makes a long record shorter, and leaves one that it would make longer", async () => {
    const below = new MemoryBackend();
    const backend = encrypted(below, { compress: true });
    const noise = randomBytes(100);
    await backend.create("long", LONG, 10, soon());
    await backend.create("noise", noise, 10, soon());
    expect((await below.get("long", soon())).record?.length).toBeLessThan(200);
    expect((await below.get("noise", soon())).record?.length).toBe(135);
    for (const reader of [backend, encrypted(below, { compress: false })]) {
      expect((await reader.get("long", soon())).record).toEqual(LONG);
      expect((await reader.get("noise", soon())).record).toEqual(noise);
    }
  });

  it("stops decompressing at the limit for reading", async () => {
    const below = new MemoryBackend();
    const backend = encrypted(below, { compress: true, maxReadLength: LONG.length });
    await backend.create("fits", LONG, 10, soon());
    expect((await backend.get("fits", soon())).record).toEqual(LONG);
    await backend.create("bomb", Buffer.alloc(50 * 1024 * 1024), 10, soon());
    expect((await below.get("bomb", soon())).record?.length).toBeLessThan(60_000);
    const before = process.memoryUsage().arrayBuffers;
    const error = await rejection(backend.get("bomb", soon()));
    expect(error).toBeInstanceOf(SessionTooLargeError);
    expect(error).toMatchObject({ message: /limit of \d+ bytes.*withMaxReadLength/ });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
  });
});
