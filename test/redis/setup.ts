// Gives a test run its Redis: the one of REDIS_URL, or one that this run starts and stops itself.
import { connect } from "node:net";
import type { TestProject } from "vitest/node";
import { findRedis } from "./find-redis.mjs";
import { startRedis } from "./start-redis.mjs";

/** One run sets up several projects, and says what it did once. */
const SAID = Symbol.for("redistore.test.redis.said");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.REDIS_URL;
  if (given) {
    await reach(given);
    say("REDIS_URL");
    project.provide("redisUrl", given);
    return async () => {};
  }
  const server = await startRedis();
  say((await findRedis()).how);
  project.provide("redisUrl", server.url);
  return () => server.stop();
}

function say(how: string): void {
  const once = globalThis as { [SAID]?: boolean };
  if (!once[SAID]) console.log(`Tests use Redis from ${how}`);
  once[SAID] = true;
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
          `REDIS_URL names ${hostname}:${port || 6379}, which does not answer: ${cause.message}`,
          { cause },
        ),
      );
    });
  });
}
