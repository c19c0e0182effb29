// The Redis backend over the store's own connections: the contract, and what is Redis' own about it.
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { Deadline } from "../../../src/backends/deadline.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { ConfigError } from "../../../src/errors.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import type { Activity } from "../../../src/backends/activity.ts";
import type { Successor } from "../../../src/backends/tombstone.ts";
import { NOTHING } from "../../../src/testing/backend-under-test.ts";
import { backendSuite } from "../../../src/testing/index.ts";
import { datesByRedis } from "./redis-contract.ts";
import { freshPrefix, underTest } from "./redis-under-test.ts";

const ACTIVITY: Activity = {
  seconds: 1000,
  browserSeconds: 1000,
  anonymousSeconds: Infinity,
  absoluteSeconds: Infinity,
  every: 1,
  now: 0,
};
const SUCCESSOR: Successor = { kind: "login", to: "B", grace: 0, told: true, owned: true };

const url = inject("redisUrl");
let redis: Redis;
beforeAll(() => {
  redis = new Redis(url);
});
afterAll(() => redis.quit());

async function open(keyPrefix = freshPrefix()) {
  const backend = await openBackend(collect([withURL(url)]), { keyPrefix, now: () => 0 });
  return underTest(backend, keyPrefix, [redis]);
}

backendSuite({ describe, it }, "Redis", () => open());
backendSuite({ describe, it }, "Redis, prefix with a hash tag", () => open(`{${freshPrefix()}}`));

it("dates tombstones by the clock of Redis, which all processes share", async () => {
  const subject = await open();
  expect(await datesByRedis(subject.backend, redis)).toBe(true);
  await subject.dispose?.();
  await subject.backend.close();
});

it.each([
  ["without a prefix", "", (id: string) => `{${id}}~`],
  ["with a hash tag in the prefix", "{tag}_", (id: string) => `${id}~`],
])(
  "reaches no tombstone by an id that a client made of another one, %s",
  async (_, prefix, name) => {
    const { backend } = await open(prefix);
    const deadline = new Deadline(10);
    const id = randomUUID();
    await backend.create(id, Buffer.from("a"), 100, deadline);
    await backend.delete(id, { told: true, owned: false }, 100, deadline);
    const made = name(id);
    expect(await backend.get(made, deadline)).toEqual(NOTHING);
    expect(await backend.getMany([made, made], deadline)).toEqual([NOTHING, NOTHING]);
    expect((await backend.delete(made, { told: true, owned: false }, 100, deadline)).deleted).toBe(
      false,
    );
    await expect(backend.create(made, Buffer.from("a"), 100, deadline)).rejects.toThrow(
      ConfigError,
    );
    expect((await backend.get(id, deadline)).tombstone?.kind).toBe("ended");
    await redis.del(prefix === "" ? made : prefix + made);
    await backend.close();
  },
);

const keysOf = async (prefix: string): Promise<string[]> =>
  (await redis.keys("*")).filter((key) => key.includes(prefix));

it("creates no key by any step but create, under an id that it does not know", async () => {
  const prefix = freshPrefix();
  const { backend } = await open(prefix);
  const [id, deadline, bytes] = [randomUUID(), new Deadline(10), Buffer.from("a")];
  await backend.get(id, deadline);
  await backend.getMany([id, randomUUID()], deadline);
  await backend.inspect([id], deadline);
  await backend.touch(id, 60, deadline);
  await backend.roll(id, ACTIVITY, deadline);
  await backend.replace(id, undefined, bytes, 60, deadline);
  await backend.replace(id, bytes, bytes, 60, deadline);
  await backend.retire(id, bytes, SUCCESSOR, 60, deadline);
  await backend.delete(id, { told: true, owned: false }, 60, deadline);
  expect(await keysOf(prefix)).toEqual([]);
  await backend.create(id, bytes, 60, deadline);
  expect(await keysOf(prefix)).toEqual([prefix + id]);
  await redis.del(prefix + id);
  await backend.close();
});

it("lists the ids of its own prefix alone, also if the prefix looks like a pattern", async () => {
  const prefix = freshPrefix();
  const [pattern, other] = [await open(`${prefix}*[a-z]?_`), await open(`${prefix}xbc_`)];
  const deadline = new Deadline(10);
  for (const { backend } of [pattern, other]) {
    await backend.create(randomUUID(), Buffer.from("a"), 60, deadline);
  }
  const found: string[] = [];
  for await (const id of pattern.backend.ids()) found.push(id);
  expect(found).toHaveLength(1);
  for (const each of [pattern, other]) {
    await each.dispose?.();
    await each.backend.close();
  }
});
