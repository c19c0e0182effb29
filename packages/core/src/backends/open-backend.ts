// From settings to a backend that has answered once.
import { ConfigError, StoreUnavailableError } from "../errors.ts";
import type { Connection } from "../options/connection.ts";
import type { Settings } from "../options/option.ts";
import { type ResolvedConnection, resolveConnection } from "../options/resolve-connection.ts";
import type { Backend } from "./backend.ts";
import { Deadline } from "./deadline.ts";
import { createMemoryBackend } from "./memory/memory-backend.ts";
import { RedisBackend } from "./redis/redis-backend.ts";
import { ClusterLink } from "./redis/transport/cluster-transport.ts";
import { sentinelEndpoint, tcpEndpoint, unixEndpoint } from "./redis/transport/endpoint.ts";
import { ForeignLink } from "./redis/transport/user-client/client-transport.ts";
import { recogniseClient } from "./redis/transport/user-client/recognize-client.ts";
import type { Link } from "./redis/transport/transport.ts";
import { Pool } from "./redis/transport/pool.ts";
import { ServerError } from "./redis/transport/server-error.ts";

/** Longest a start may take. */
const START_SECONDS = 10;

/** What decides at the start that the code is to be mended, not the server waited for. */
const MISTAKES = new Set(["NOAUTH", "WRONGPASS", "NOPERM", "DENIED"]);

export interface BackendOptions {
  /** What every key begins with. */
  readonly keyPrefix: string;
  /** Unix seconds; the expiry of a store in memory goes by it. */
  readonly now: () => number;
}

/** Everything but a store in memory. */
type ToRedis = ResolvedConnection & {
  readonly connection: Exclude<Connection, { kind: "memory" }>;
};

/**
 * Opens what the settings name and waits for an answer to a PING, at most 10 seconds. Nothing stays open when it rejects: with
 * a ConfigError where the settings are wrong or Redis refuses who connects, with a StoreUnavailableError where it is away.
 */
export async function openBackend(settings: Settings, options: BackendOptions): Promise<Backend> {
  const resolved = resolveConnection(settings);
  if (resolved.connection.kind === "memory") return createMemoryBackend(options);
  const link = openLink({ ...resolved, connection: resolved.connection });
  try {
    const backend = new RedisBackend(link, options);
    const health = await backend.health(new Deadline(START_SECONDS));
    if (!health.ok) throw atStart(health.error);
    return backend;
  } catch (error) {
    await link.close();
    throw error;
  }
}

function openLink({ connection, identity, limits }: ToRedis): Link {
  switch (connection.kind) {
    case "client":
      return new ForeignLink(recogniseClient(connection.client));
    case "tcp":
      return new Pool(tcpEndpoint(connection, identity), limits);
    case "unix":
      return new Pool(unixEndpoint(connection.path, identity), limits);
    case "sentinel":
      return new Pool(
        sentinelEndpoint(connection.sentinels, connection.name, identity, connection.options),
        limits,
      );
    default:
      return new ClusterLink({ ...connection, identity, limits });
  }
}

function atStart(error: Error): Error {
  const { cause } = error;
  if (!(error instanceof StoreUnavailableError) || !(cause instanceof ServerError)) return error;
  const mistake =
    MISTAKES.has(cause.code) || /DB index|AUTH|SELECT|cluster support/.test(cause.message);
  return mistake ? new ConfigError(error.message, { cause }) : error;
}
