// Opens the backend that the settings select, and checks that it replies.
import { ConfigError, StoreUnavailableError } from "../errors.ts";
import type { ConnectionSetting } from "../options/connection.ts";
import type { Settings } from "../options/option.ts";
import { type ResolvedConnection, resolveConnection } from "../options/resolve-connection.ts";
import type { Backend } from "./backend.ts";
import { Deadline } from "./deadline.ts";
import { createMemoryBackend } from "./memory/memory-backend.ts";
import { RedisBackend } from "./redis/redis-backend.ts";
import { ClusterTransport } from "./redis/transport/cluster-transport.ts";
import { sentinelEndpoint, tcpEndpoint, unixEndpoint } from "./redis/transport/endpoint.ts";
import { ClientTransport } from "./redis/transport/user-client/client-transport.ts";
import { recognizeClient } from "./redis/transport/user-client/recognize-client.ts";
import type { Transport } from "./redis/transport/transport.ts";
import { Pool } from "./redis/transport/pool.ts";
import { ServerError } from "./redis/transport/server-error.ts";

/** The longest that the start may take. */
const START_SECONDS = 10;

/** Error replies that waiting cannot mend: the configuration is wrong. */
const MISTAKES = new Set(["NOAUTH", "WRONGPASS", "NOPERM", "DENIED"]);

export interface BackendOptions {
  /** The first part of every key. */
  readonly keyPrefix: string;
  /** The clock of a store in memory, in Unix seconds. */
  readonly now: () => number;
}

/** Any connection but `withMemory`. */
type RedisSettings = ResolvedConnection & {
  readonly connection: Exclude<ConnectionSetting, { kind: "memory" }>;
};

/**
 * Connects and waits for a reply to PING, at most 10 seconds. Rejects with a ConfigError if the settings are wrong or Redis refuses the
 * login, and with a StoreUnavailableError if Redis is away. Nothing stays open after a rejection.
 */
export async function openBackend(settings: Settings, options: BackendOptions): Promise<Backend> {
  const resolved = resolveConnection(settings);
  if (resolved.connection.kind === "memory") return createMemoryBackend(options);
  const transport = openTransport({ ...resolved, connection: resolved.connection });
  try {
    const backend = new RedisBackend(transport, options);
    const health = await backend.health(new Deadline(START_SECONDS));
    if (!health.ok) throw asStartError(health.error);
    return backend;
  } catch (error) {
    await transport.close();
    throw error;
  }
}

function openTransport({ connection, identity, limits }: RedisSettings): Transport {
  switch (connection.kind) {
    case "client":
      return new ClientTransport(recognizeClient(connection.client));
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
      return new ClusterTransport({ ...connection, identity, limits });
  }
}

function asStartError(error: Error): Error {
  const { cause } = error;
  if (!(error instanceof StoreUnavailableError) || !(cause instanceof ServerError)) return error;
  const mistake =
    MISTAKES.has(cause.code) || /DB index|AUTH|SELECT|cluster support/.test(cause.message);
  return mistake ? new ConfigError(error.message, { cause }) : error;
}
