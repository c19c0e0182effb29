// Provides Redis to a test run: the one at REDIS_URL, or one that this run starts and stops.
import { connect } from "node:net";
import type { TestProject } from "vitest/node";
import { findRedis } from "./find-redis.mjs";
import { startRedis } from "./start-redis.mjs";

/** Several vitest projects run this set-up; the message is printed once. */
const PRINTED = Symbol.for("redistore.test.redis.printed");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.REDIS_URL;
  if (given) {
    await reach(given);
    printOnce("REDIS_URL");
    project.provide("redisUrl", given);
    return async () => {};
  }
  const server = await startRedis();
  printOnce((await findRedis()).how);
  project.provide("redisUrl", server.url);
  return () => server.stop();
}

function printOnce(how: string): void {
  const once = globalThis as { [PRINTED]?: boolean };
  if (!once[PRINTED]) console.log(`Tests use Redis from ${how}`);
  once[PRINTED] = true;
}

function reach(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port || 6379), hostname || "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", (cause) => {
      reject(
        new Error(
          `REDIS_URL names ${hostname}:${port || 6379}, which cannot be reached: ${cause.message}`,
          { cause },
        ),
      );
    });
  });
}
