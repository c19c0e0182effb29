// The Redis backend over clients of the application: every supported library passes the backend contract.
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis5";
import { Redis as Valkey } from "iovalkey";
import {
  createClient as createClient5,
  createClientPool as createPool5,
  createCluster as createCluster5,
} from "redis5";
import {
  createClient as createClient6,
  createClientPool as createPool6,
  createCluster as createCluster6,
} from "redis6";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { type RedisCluster, startCluster } from "../../../../../../../test/redis/server.ts";
import { openBackend } from "../../../../../src/backends/open-backend.ts";
import { withClient } from "../../../../../src/options/connection-options.ts";
import { collect } from "../../../../../src/options/option.ts";
import { backendSuite } from "../../../../../src/testing/index.ts";
import { freshPrefix, underTest } from "../../redis-under-test.ts";

/** A client, and how the application ends it. */
interface Owned {
  readonly client: object;
  end(): unknown;
}

const url = inject("redisUrl");
let cluster: RedisCluster;
let single: Redis6;
let nodes: Redis6[];
beforeAll(async () => {
  cluster = await startCluster(3);
  single = new Redis6(url);
  nodes = cluster.nodes.map(({ port }) => new Redis6(port));
});
afterAll(async () => {
  for (const node of [single, ...nodes]) node.disconnect();
  await cluster.stop();
});

function ioredis(client: { disconnect(): void }): Owned {
  return { client, end: () => client.disconnect() };
}

async function nodeRedis(client: {
  connect(): Promise<unknown>;
  destroy(): unknown;
}): Promise<Owned> {
  await client.connect();
  return { client, end: () => client.destroy() };
}

const clusterNodes = () => cluster.nodes.map(({ host, port }) => ({ host, port }));
const rootNodes = () => cluster.nodes.map((node) => ({ url: node.url }));

const SINGLE: Record<string, () => Owned | Promise<Owned>> = {
  "ioredis 6": () => ioredis(new Redis6(url)),
  "ioredis 6, lazyConnect": () => ioredis(new Redis6(url, { lazyConnect: true })),
  "ioredis 6, auto-pipelining": () => ioredis(new Redis6(url, { enableAutoPipelining: true })),
  "ioredis 6, numbers as strings": () => ioredis(new Redis6(url, { stringNumbers: true })),
  "ioredis 5": () => ioredis(new Redis5(url)),
  iovalkey: () => ioredis(new Valkey(url)),
  "node-redis 5": () => nodeRedis(createClient5({ url })),
  "node-redis 6": () => nodeRedis(createClient6({ url })),
  "node-redis 5, RESP 3": () => nodeRedis(createClient5({ url, RESP: 3 })),
  "node-redis 5 pool": () => nodeRedis(createPool5({ url }, { maximum: 3 })),
  "node-redis 6 pool": () => nodeRedis(createPool6({ url }, { maximum: 3 })),
};

const CLUSTERS: Record<string, () => Owned | Promise<Owned>> = {
  "ioredis 6 Cluster": () => ioredis(new Cluster6(clusterNodes())),
  "ioredis 6 Cluster, auto-pipelining": () =>
    ioredis(new Cluster6(clusterNodes(), { enableAutoPipelining: true })),
  "ioredis 5 Cluster": () => ioredis(new Cluster5(clusterNodes())),
  "node-redis 5 cluster": () => nodeRedis(createCluster5({ rootNodes: rootNodes() })),
  "node-redis 6 cluster": () => nodeRedis(createCluster6({ rootNodes: rootNodes() })),
};

function suite(
  name: string,
  make: () => Owned | Promise<Owned>,
  masters: () => readonly Redis6[],
): void {
  backendSuite({ describe, it }, name, async () => {
    const keyPrefix = freshPrefix();
    const owned = await make();
    const options = collect([withClient(owned.client)]);
    const backend = await openBackend(options, { keyPrefix, now: () => 0 });
    const subject = underTest(backend, keyPrefix, masters());
    return {
      ...subject,
      dispose: async () => {
        await subject.dispose?.();
        await owned.end();
      },
    };
  });
}

for (const [name, make] of Object.entries(SINGLE)) suite(name, make, () => [single]);
for (const [name, make] of Object.entries(CLUSTERS)) suite(name, make, () => nodes);
