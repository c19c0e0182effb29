// From the options of the connection to what is opened, and the checks of each against the others.
import { ConfigError } from "../errors.ts";
import type { Connection, ConnectionDetails, Identity } from "./connection.ts";
import type { Settings } from "./option.ts";

const DEFAULT_POOL_SIZE = 10;
const DEFAULT_POOL_IDLE_TIMEOUT_SECONDS = 240;

const IDENTITY = ["username", "password", "tls", "db"] as const;
const POOL = ["poolSize", "poolIdleTimeout"] as const;

/** What {@link openBackend} needs to know. */
export interface ResolvedConnection {
  readonly connection: Connection;
  readonly identity: Readonly<Partial<Identity>>;
  readonly limits: { readonly size: number; readonly idleTimeout: number };
}

/** Exactly one connection, with its details from all options; throws a ConfigError where they do not fit together. */
export function resolveConnection(settings: Settings): ResolvedConnection {
  const connection = settings.get("connection");
  if (!connection) {
    throw new ConfigError(
      'No connection. Add one of withURL("redis://localhost:6379"), withAddress, withClient, withCluster, withSentinel, ' +
        "or withMemory() for development.",
    );
  }
  const by = settings.setBy("connection") as string;
  if (connection.kind === "client" || connection.kind === "memory") {
    refuse(
      settings,
      [...IDENTITY, ...POOL],
      by,
      connection.kind === "client"
        ? "the client is connected already: set it there"
        : "it connects to nothing",
    );
  }
  const given =
    connection.kind === "tcp" || connection.kind === "unix" ? (connection.details ?? {}) : {};
  const identity: Partial<Identity> = { ...given };
  for (const name of IDENTITY) checkAgreement(settings, name, identity);
  Object.assign(identity, noted(settings));
  if (connection.kind === "unix" && identity.tls) {
    throw new ConfigError(
      `withTLS beside a socket file (${by}): those are not encrypted. Leave one of them out.`,
    );
  }
  if (connection.kind === "cluster" && identity.db) {
    throw new ConfigError(
      "withDB beside withCluster: a Redis Cluster has only database 0. Use withKeyPrefix to keep programs apart.",
    );
  }
  return {
    connection,
    identity,
    limits: {
      size: settings.get("poolSize") ?? DEFAULT_POOL_SIZE,
      idleTimeout: settings.get("poolIdleTimeout") ?? DEFAULT_POOL_IDLE_TIMEOUT_SECONDS,
    },
  };
}

/** What options say of themselves, a URL apart. */
function noted(settings: Settings): Partial<Identity> {
  const values = IDENTITY.map((name) => [name, settings.get(name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** An option beside a URL may add to it or repeat it; what it says otherwise is a mistake in one of the two. */
function checkAgreement(settings: Settings, name: keyof Identity, given: Partial<Identity>): void {
  // A URL only says that there is TLS; withTLS says how.
  if (name === "tls" || given[name] === undefined || settings.get(name) === undefined) return;
  if (given[name] === settings.get(name)) return;
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
    `${String(settings.setBy(name))} has no meaning beside ${by}: ${why}. Leave it out.`,
  );
}
