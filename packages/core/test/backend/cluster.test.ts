// The Redis backend over a cluster of real nodes: the contract, slots that move, nodes that fail.
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type RedisCluster, startCluster } from "../../../../test/redis/server.ts";
import { openBackend } from "../../src/backend/open-backend.ts";
import { withCluster } from "../../src/options/connection-options.ts";
import { collect } from "../../src/options/option.ts";
import { backendSuite } from "../../src/testing/index.ts";
import { freshPrefix, underTest } from "./redis-under-test.ts";

let cluster: RedisCluster;
let nodes: Redis[];
beforeAll(async () => {
  cluster = await startCluster(3);
  nodes = cluster.nodes.map(({ port }) => new Redis(port));
});
afterAll(async () => {
  for (const node of nodes) node.disconnect();
  await cluster.stop();
});

function openCluster(keyPrefix: string) {
  const seeds = cluster.nodes.slice(0, 1);
  return openBackend(collect([withCluster(seeds)]), { keyPrefix, now: () => 0 });
}

async function open(keyPrefix = freshPrefix()) {
  return underTest(await openCluster(keyPrefix), keyPrefix, nodes);
}

backendSuite({ describe, it }, "Redis Cluster", () => open());
backendSuite({ describe, it }, "Redis Cluster, prefix with a hash tag", () =>
  open(`{${freshPrefix()}}`),
);
