// The options that select the connection; a store takes exactly one of them.
import { ConfigError } from "../errors.ts";
import { checkOptionNames } from "../option-names.ts";
import type { ClusterOptions, SentinelOptions } from "./connection.ts";
import { checkTLS } from "./connection-details.ts";
import { type NodeAddressInput, parseAddress, parseAddresses } from "./node-address.ts";
import { option, type StoreOption } from "./option.ts";
import { parseRedisURL } from "./redis-url.ts";

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/**
 * Keeps the sessions in the memory of this process, for development and tests. They end with the process, and other processes do
 * not see them. Everything else is as with Redis.
 */
export function withMemory(): StoreOption {
  return option((settings) => settings.set("withMemory", "connection", { kind: "memory" }));
}

/**
 * Uses a client of the application: ioredis 5 or 6 (`Redis` or `Cluster`), iovalkey, or a connected client, cluster or client pool
 * of node-redis 5 or 6. The store never closes it. The store adds an `error` listener, because without one the client's first
 * error would end the process. An ioredis client must not be in subscriber mode or have a `keyPrefix` of its own.
 *
 * The client decides how it reconnects, so give it these options:
 *
 * - ioredis: `autoResendUnfulfilledCommands: false`. By default ioredis sends commands again after a reconnect: a flash can be shown twice,
 *   and a write that is then refused is a `StoreUnavailableError` with `outcome: "unknown"`, because the first copy may have succeeded.
 * - ioredis: `socketTimeout: 5000` (milliseconds) ends a connection that died without a signal; with sentinels `failoverDetector: true`.
 * - ioredis: `reconnectOnError: (error) => error.message.startsWith("READONLY")` leaves a master that was demoted. The store lets a single
 *   client reconnect when one of its own writes is refused so.
 * - ioredis' `Cluster` was seen not to recover within 20 s from a master that hangs, and keeps trying where a slot migrates, until the
 *   operation is too late. Prefer {@link withCluster}.
 * - node-redis: version 6. Version 5.12 sometimes stays disconnected after repeated cuts. In both, `pingInterval: 10_000` and
 *   `socket: { socketTimeout: 15_000 }` (milliseconds) end a connection that died without a signal.
 *
 * @throws ConfigError from `createStore`, with the kind of the object, if it is none of these
 * @see boj/redistore WithPool
 */
export function withClient(client: object): StoreOption {
  return option((settings) => settings.set("withClient", "connection", { kind: "client", client }));
}

/**
 * Connects to a single node: `withAddress("tcp", "localhost:6379")`, `withAddress("tcp", ":6379")` (this machine) or
 * `withAddress("unix", "/run/redis.sock")`.
 *
 * @see boj/redistore WithAddress
 */
export function withAddress(network: "tcp" | "unix", address: string): StoreOption {
  if (network === "unix") {
    if (typeof address !== "string" || address === "") {
      throw new ConfigError(
        'withAddress("unix", ...) takes the path of a socket file, such as "/run/redis.sock".',
      );
    }
    return option((settings) =>
      settings.set("withAddress", "connection", { kind: "unix", path: address }),
    );
  }
  if (network !== "tcp") {
    throw new ConfigError(
      'withAddress takes "tcp" or "unix" first, as in withAddress("tcp", "localhost:6379").',
    );
  }
  const node = parseAddress("withAddress", address, REDIS_PORT);
  return option((settings) => settings.set("withAddress", "connection", { kind: "tcp", ...node }));
}

/**
 * Connects to a single node by URL: `redis://[user:password@]host[:port][/db]`, `rediss://` for TLS, `unix:///path[?db=1]` for a
 * socket file. The defaults are host `localhost`, port 6379 and database 0. A single word before the `@` is the password.
 *
 * @see boj/redistore WithURL
 */
export function withURL(url: string): StoreOption {
  const connection = parseRedisURL(url);
  return option((settings) => settings.set("withURL", "connection", connection));
}

/**
 * Connects to a Redis Cluster, given some of its nodes; these name the others. `withPoolSize` applies to each node.
 */
export function withCluster(
  nodes: readonly NodeAddressInput[],
  options: ClusterOptions = {},
): StoreOption {
  const known = parseAddresses("withCluster", nodes, REDIS_PORT);
  checkNames("withCluster", options, ["natMap"]);
  return option((settings) =>
    settings.set("withCluster", "connection", { kind: "cluster", nodes: known, options }),
  );
}

/**
 * Connects to the master that sentinels name. Each new connection asks them again, and so follows a failover.
 *
 * @param name the name of the master in the configuration of the sentinels (`sentinel monitor <name> ...`)
 */
export function withSentinel(
  sentinels: readonly NodeAddressInput[],
  name: string,
  options: SentinelOptions = {},
): StoreOption {
  const known = parseAddresses("withSentinel", sentinels, SENTINEL_PORT);
  if (typeof name !== "string" || name === "") {
    throw new ConfigError(
      'withSentinel takes the name of the master as its second argument, such as "mymaster".',
    );
  }
  checkNames("withSentinel", options, [
    "sentinelUsername",
    "sentinelPassword",
    "sentinelTLS",
    "natMap",
  ]);
  if (options.sentinelTLS) checkTLS("withSentinel: sentinelTLS", options.sentinelTLS);
  return option((settings) =>
    settings.set("withSentinel", "connection", {
      kind: "sentinel",
      sentinels: known,
      name,
      options,
    }),
  );
}

/** These two options take few names, and users of other libraries look for the password and for TLS in them. */
function checkNames(by: string, options: object, known: readonly string[]): void {
  try {
    checkOptionNames(by, options, known);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      `${error.message} Use withPassword or withAuth for the password, withTLS for TLS.`,
    );
  }
}
