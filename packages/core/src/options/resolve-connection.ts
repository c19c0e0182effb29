// Combines the options of the connection, and checks that they fit together.
import { ConfigError } from "../errors.ts";
import type { ConnectionDetails, ConnectionSetting, Identity } from "./connection.ts";
import type { Settings } from "./option.ts";

const DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;
const DEFAULT_POOL_SIZE = 10;
const DEFAULT_POOL_IDLE_TIMEOUT_SECONDS = 240;

const IDENTITY = ["username", "password", "tls", "db"] as const;
const POOL = ["poolSize", "poolIdleTimeout"] as const;

/** The input of `openBackend`. */
export interface ResolvedConnection {
  readonly connection: ConnectionSetting;
  readonly identity: Identity;
  readonly limits: { readonly size: number; readonly idleTimeout: number };
  /** In seconds. */
  readonly connectTimeout: number;
}

/** Throws a ConfigError if there is no connection, or if its options contradict each other. */
export function resolveConnection(settings: Settings): ResolvedConnection {
  const connection = settings.get("connection");
  if (!connection) {
    throw new ConfigError(
      'No connection. Add one of withURL("redis://localhost:6379"), withAddress, withClient, withCluster, withSentinel, ' +
        "or withMemory() for development.",
    );
  }
  const by = settings.setBy("connection") as string;
  const { kind } = connection;
  if (kind === "client" || kind === "memory" || kind === "backend") {
    refuse(
      settings,
      [...IDENTITY, ...POOL],
      by,
      kind === "client"
        ? "the client is already connected: set it there"
        : "it opens no connection",
    );
  }
  const ofURL: Identity = ("identity" in connection && connection.identity) || {};
  for (const name of IDENTITY) checkAgreement(settings, name, ofURL);
  const identity: Identity = { ...ofURL, ...identityOf(settings) };
  if (connection.kind === "unix" && identity.tls) {
    throw new ConfigError(
      `withTLS with a socket file (${by}): socket files are not encrypted. Remove one of the two.`,
    );
  }
  if (connection.kind === "cluster" && identity.db) {
    throw new ConfigError(
      "withDB with withCluster: a Redis Cluster has only database 0. Use withKeyPrefix to separate programs.",
    );
  }
  return {
    connection,
    identity,
    limits: {
      size: settings.get("poolSize") ?? DEFAULT_POOL_SIZE,
      idleTimeout: settings.get("poolIdleTimeout") ?? DEFAULT_POOL_IDLE_TIMEOUT_SECONDS,
    },
    connectTimeout: settings.get("connectTimeout") ?? DEFAULT_CONNECT_TIMEOUT_SECONDS,
  };
}

function identityOf(settings: Settings): Identity {
  const values = IDENTITY.map((name) => [name, settings.get(name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** An option may add to a URL or repeat a part of it, but not contradict it. */
function checkAgreement(settings: Settings, name: keyof Identity, ofURL: Identity): void {
  const value = settings.get(name);
  // A URL only switches TLS on; withTLS has its options.
  if (name === "tls" || ofURL[name] === undefined || value === undefined) return;
  if (ofURL[name] === value) return;
  throw new ConfigError(
    `${String(settings.setBy("connection"))} and ${String(settings.setBy(name))} give two different values of "${name}". Keep one of them.`,
  );
}

function refuse(
  settings: Settings,
  names: readonly (keyof ConnectionDetails)[],
  by: string,
  why: string,
): void {
  const name = names.find((each) => settings.get(each) !== undefined);
  if (name === undefined) return;
  throw new ConfigError(
    `${String(settings.setBy(name))} has no effect with ${by}: ${why}. Remove it.`,
  );
}
