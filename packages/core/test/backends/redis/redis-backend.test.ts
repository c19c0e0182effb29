// The Redis backend over the store's own connections: the contract, and what is Redis' own about it.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import { backendSuite } from "../../../src/testing/index.ts";
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
