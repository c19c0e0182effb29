// A backend in Redis for the contract suite: keys of its own, and time that passes by shortening what they have left.
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Backend } from "../../../src/backends/backend.ts";
import type { BackendUnderTest } from "../../../src/testing/index.ts";

/** A prefix nobody else uses, with a character in it that SCAN would take for a pattern. */
export function freshPrefix(): string {
  return `test[${randomUUID()}]_`;
}

/** `nodes` are connections to all masters, to look at the keys with; they stay open. */
export function underTest(
  backend: Backend,
  prefix: string,
  nodes: readonly Redis[],
): BackendUnderTest {
  const eachKey = async (act: (node: Redis, key: string) => Promise<unknown>): Promise<void> => {
    for (const node of nodes) {
      const keys = (await node.keys("*")).filter((key) => key.includes(prefix));
      for (const key of keys) await act(node, key);
    }
  };
  return {
    backend,
    elapse: (seconds) =>
      eachKey(async (node, key) => {
        const left = (await node.pttl(key)) - seconds * 1000;
        await (left > 0 ? node.pexpire(key, left) : node.del(key));
      }),
    dispose: () => eachKey((node, key) => node.del(key)),
  };
}
