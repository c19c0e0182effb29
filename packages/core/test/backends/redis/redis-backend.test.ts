// The Redis backend over the store's own connections: the contract, and what is Redis' own about it.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import { backendSuite } from "../../../src/testing/index.ts";
import { datesByRedis } from "./redis-contract.ts";
import { freshPrefix, underTest } from "./redis-under-test.ts";

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
