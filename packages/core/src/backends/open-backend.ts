// Opens the backend that the settings select: waits for a Redis that is starting, and refuses one that cannot work.
import { setTimeout as delay } from "node:timers/promises";
import { ConfigError, StoreUnavailableError } from "../errors.ts";
import type { ConnectionSetting } from "../options/connection.ts";
import type { Settings } from "../options/option.ts";
import { type ResolvedConnection, resolveConnection } from "../options/resolve-connection.ts";
import { warnOnce } from "../process-warning.ts";
import type { Backend } from "./backend.ts";
import { Deadline } from "./deadline.ts";
import { createMemoryBackend } from "./memory/memory-backend.ts";
import { RedisBackend } from "./redis/redis-backend.ts";
import { ClusterTransport } from "./redis/transport/cluster/cluster-transport.ts";
import { label, tcpEndpoint, unixEndpoint } from "./redis/transport/endpoint.ts";
import { OpeningError, USE_NO_TLS, USE_TLS } from "./redis/transport/explain-failure.ts";
import { Pool } from "./redis/transport/pool.ts";
import { speaks } from "./redis/transport/port-protocol.ts";
import { SentinelEndpoint } from "./redis/transport/sentinel-endpoint.ts";
import { isPermanent, ServerError } from "./redis/transport/server-error.ts";
import type { Transport } from "./redis/transport/transport.ts";
import { ClientTransport } from "./redis/transport/user-client/client-transport.ts";
import { recognizeClient } from "./redis/transport/user-client/recognize-client.ts";

/** Between two attempts of the start. */
const PAUSE_MS = 100;
/** The longest that one attempt of the start waits before its reason is looked into. What it opens goes on, for the next attempt. */
const ATTEMPT_SECONDS = 1;

export interface BackendOptions {
  /** The first part of every key. */
  readonly keyPrefix: string;
  /** The clock of a store in memory, in Unix seconds with fractions. */
  readonly now: () => number;
}

/** Any connection but `withMemory` and `withBackend`. */
type RedisSettings = ResolvedConnection & {
  readonly connection: Exclude<ConnectionSetting, { kind: "memory" | "backend" }>;
};

/**
 * Connects, and checks that sessions can be stored. Tries again until `withConnectTimeout`, then rejects with a StoreUnavailableError.
 * Rejects at once with a ConfigError if waiting cannot help: wrong settings, a refused login, missing rights, a replica, a port that
 * speaks TLS or that does not. Nothing stays open after a rejection. A Redis without free memory is a warning: sessions can be read and ended there.
 */
export async function openBackend(settings: Settings, options: BackendOptions): Promise<Backend> {
  const resolved = resolveConnection(settings);
  const { connection, connectTimeout } = resolved;
  if (connection.kind === "memory") return createMemoryBackend(options);
  if (connection.kind === "backend") {
    const backend = connection.backend as Backend;
    await waitUntilUsable(backend, new Deadline(connectTimeout));
    return backend;
  }
  const transport = openTransport({ ...resolved, connection });
  try {
    const backend = new RedisBackend(transport, options);
    await waitUntilUsable(backend, new Deadline(connectTimeout));
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
    case "sentinel": {
      const { sentinels, name, options } = connection;
      return new Pool(new SentinelEndpoint(sentinels, name, identity, options), limits);
    }
    default:
      return new ClusterTransport({ ...connection, identity, limits });
  }
}

async function waitUntilUsable(backend: Backend, deadline: Deadline): Promise<void> {
  let reason: Error | undefined;
  for (;;) {
    const seconds = Math.min(ATTEMPT_SECONDS, deadline.remaining() / 1000);
    const health = await backend.health(new Deadline(seconds));
    if (health.ok) return;
    const { error } = health;
    if (isFull(error)) return warnOnce(error.message);
    if (waitingCannotHelp(error)) throw new ConfigError(error.message, { cause: error.cause });
    await refuseProtocol(error);
    // The last attempt may have had no time to find a reason.
    if (error.cause !== undefined) reason = error;
    if (deadline.remaining() <= PAUSE_MS) throw reason ?? error;
    await delay(PAUSE_MS);
  }
}

/** A process that could not start then would take reading and logging out away, too. */
function isFull({ cause }: Error): boolean {
  return cause instanceof ServerError && cause.code === "OOM";
}

/** @throws ConfigError if the node speaks TLS and the store does not, or the other way round */
async function refuseProtocol({ cause }: Error): Promise<void> {
  const suspicion = cause instanceof OpeningError ? cause.suspicion : undefined;
  if (!suspicion || !(await speaks(suspicion.protocol, suspicion.node))) return;
  const problem =
    suspicion.protocol === "TLS" ? `speaks TLS: ${USE_TLS}` : `does not speak TLS: ${USE_NO_TLS}`;
  throw new ConfigError(`Redis at ${label(suspicion.node)} ${problem}.`, { cause });
}

function waitingCannotHelp(error: Error): boolean {
  if (error instanceof ConfigError) return true;
  if (!(error instanceof StoreUnavailableError)) return false;
  const { cause } = error;
  if (cause instanceof ServerError) return isPermanent(cause);
  return cause instanceof OpeningError && cause.isPermanent;
}
