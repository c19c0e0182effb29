// Starts Redis servers for tests: a single server, a cluster, or a sentinel with master and replica.
import { setTimeout as delay } from "node:timers/promises";
import { ask } from "./ask.mjs";
import { type RedisServer, type StartOptions, startRedis } from "./start-redis.mjs";

export { freePort, RedisServer, startRedis, type StartOptions } from "./start-redis.mjs";

/** Nodes that know one another and serve all slots together. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  stop(): Promise<void>;
}

/** A cluster of `size` masters without replicas; resolves when every node reports `cluster_state:ok`. */
export async function startCluster(
  size = 3,
  options: Pick<StartOptions, "args"> = {},
): Promise<RedisCluster> {
  const args = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  // On a machine with only a loopback interface, nodes cannot find out their own address.
  const announce = ["--cluster-announce-ip", "127.0.0.1"];
  const nodes = await Promise.all(
    Array.from({ length: size }, () =>
      startRedis({ args: [...args, ...announce, ...(options.args ?? [])] }),
    ),
  );
  const [first] = nodes;
  if (!first) throw new Error("A cluster needs a node.");
  for (const [index, node] of nodes.entries()) {
    const slot = (at: number) => Math.floor((16_384 * at) / size);
    const slots = Array.from(
      { length: slot(index + 1) - slot(index) },
      (_, each) => slot(index) + each,
    );
    await ask(node.port, "CLUSTER", "ADDSLOTS", ...slots.map(String));
    await ask(node.port, "CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
    if (node !== first) await ask(node.port, "CLUSTER", "MEET", first.host, String(first.port));
  }
  for (const node of nodes) {
    await until(async () => {
      const info = await ask(node.port, "CLUSTER", "INFO");
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${size}`);
    });
  }
  return { nodes, stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))) };
}

/** A master, its replica, and one sentinel (quorum 1) that watches over them as `name`. */
export interface RedisSentinel {
  readonly name: string;
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinel: RedisServer;
  /** Promotes the replica by SENTINEL FAILOVER; resolves when the sentinel reports it as master. */
  failover(): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when the sentinel knows the replica and the replica is synchronized. */
export async function startSentinel(name = "sessions"): Promise<RedisSentinel> {
  const master = await startRedis({ args: ["--repl-diskless-sync-delay", "0"] });
  const replica = await startRedis({ args: ["--replicaof", master.host, String(master.port)] });
  const sentinel = await startRedis({
    sentinel: [
      `sentinel monitor ${name} ${master.host} ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} 500`,
      `sentinel failover-timeout ${name} 3000`,
    ].join("\n"),
  });
  await until(async () =>
    (await ask(replica.port, "INFO", "replication")).includes("master_link_status:up"),
  );
  await until(async () => {
    const replicas = await ask(sentinel.port, "SENTINEL", "REPLICAS", name);
    return replicas.includes(String(replica.port)) && !/disconnected|s_down/.test(replicas);
  });
  const masterNow = () => ask(sentinel.port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
  return {
    name,
    master,
    replica,
    sentinel,
    failover: async () => {
      await ask(sentinel.port, "SENTINEL", "FAILOVER", name).catch((error: Error) => {
        // On a busy machine the sentinel may already have started a failover, because it considered the master down.
        if (!error.message.includes("INPROG")) throw error;
      });
      await until(async () => (await masterNow()).includes(String(replica.port)));
      await until(async () => (await ask(replica.port, "ROLE")).includes("master"));
    },
    stop: async () => {
      for (const server of [sentinel, replica, master]) await server.stop();
    },
  };
}

/** Polls until the condition is true. Servers do not notify us of these states. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within 20 s: ${String(condition)}`);
    await delay(20);
  }
}
