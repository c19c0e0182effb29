// A backend in Redis for the contract suite: with keys of its own, and time that passes by lowering their expiry.
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Backend } from "../../../src/backends/backend.ts";
import type { BackendUnderTest } from "../../../src/testing/index.ts";

/** A unique prefix, with characters that SCAN would take for a pattern. */
export function freshPrefix(): string {
  return `test[${randomUUID()}]_`;
}

/** @param nodes connections to all masters, to inspect the keys; they stay open */
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
    write: async (id, record, seconds) => {
      const refusals = await Promise.allSettled(
        nodes.map((node) => node.set(prefix + id, record, "PX", seconds * 1000)),
      );
      // On a cluster the nodes that do not serve the slot refuse.
      if (refusals.every(({ status }) => status === "rejected")) throw new Error("not written");
    },
    dispose: () => eachKey((node, key) => node.del(key)),
  };
}
