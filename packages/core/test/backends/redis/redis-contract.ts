// What a backend in Redis has to do: runs the suite of the backend contract on Redis without a test runner, until a test fails.
import assert from "node:assert/strict";
import { Redis } from "ioredis";
import { inject } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { withURL } from "../../../src/options/connection-options.ts";
import { collect } from "../../../src/options/option.ts";
import { backendSuite } from "../../../src/testing/index.ts";
import { freshPrefix, underTest } from "./redis-under-test.ts";

/** Whether tombstones have the time by the clock of Redis, which all processes share. */
export async function datesByRedis(backend: Backend, redis: Redis): Promise<boolean> {
  const clock = async (): Promise<number> => {
    const [seconds, microseconds] = await redis.time();
    return Number(seconds) + Number(microseconds) / 1_000_000;
  };
  const deadline = new Deadline(10);
  await backend.create("dated", Buffer.from("a"), 100, deadline);
  const before = await clock();
  await backend.delete("dated", { told: true, owned: false }, 100, deadline);
  const { tombstone } = await backend.get("dated", deadline);
  // Tombstones are dated in milliseconds.
  const at = tombstone?.at ?? Number.NaN;
  return at >= before - 0.001 && at <= (await clock());
}

/** Rejects with the error of the first test that fails. */
export async function checkContract(): Promise<void> {
  const url = inject("redisUrl");
  const redis = new Redis(url);
  const open = async (): Promise<ReturnType<typeof underTest>> => {
    const keyPrefix = freshPrefix();
    const backend = await openBackend(collect([withURL(url)]), { keyPrefix, now: () => 0 });
    return underTest(backend, keyPrefix, [redis]);
  };
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_name: string, body: () => void) => body(),
    it: (name: string, test: () => Promise<void>) => tests.set(name, test),
  };
  backendSuite(runner, "Redis", open);
  tests.set("date tombstones by the clock of Redis", async () => {
    const subject = await open();
    assert.ok(await datesByRedis(subject.backend, redis));
    await subject.dispose?.();
    await subject.backend.close();
  });
  try {
    for (const [name, test] of tests) {
      await test().catch((cause: unknown) => {
        throw new Error(`A backend has to ${name}.`, { cause });
      });
    }
  } finally {
    await redis.quit();
  }
}
