// Where a connection goes and how it logs in, as options of ioredis.
import type { NatMap } from "ioredis";
import type {
  AddressMap,
  Identity,
  NodeAddress,
  SentinelOptions,
} from "../../../options/connection.ts";
import type { ClientOptions, Endpoint } from "./connection.ts";

/** A node at a host and port. */
export function tcpEndpoint({ host, port }: NodeAddress, identity: Identity): Endpoint {
  return { address: label({ host, port }), options: { host, port, ...loginOptions(identity) } };
}

/** A node behind a socket file. */
export function unixEndpoint(path: string, identity: Identity): Endpoint {
  return { address: path, options: { path, ...loginOptions(identity) } };
}

/** The node that the sentinels call the master of `name`. They are asked again for each connection. */
export function sentinelEndpoint(
  sentinels: readonly NodeAddress[],
  name: string,
  identity: Identity,
  { natMap, ...options }: SentinelOptions,
): Endpoint {
  return {
    address: `the master "${name}" of the sentinels ${sentinels.map(label).join(", ")}`,
    options: {
      ...options,
      ...loginOptions(identity),
      // Without this ioredis uses TLS for the sentinels only.
      enableTLSForSentinelMode: identity.tls !== undefined,
      ...(natMap ? { natMap: asNatMap(natMap) } : {}),
      sentinels: [...sentinels],
      name,
      role: "master",
      sentinelRetryStrategy: () => null,
      // The time lost to a sentinel that hangs, before the next one is asked.
      connectTimeout: 700,
      sentinelCommandTimeout: 700,
      // Only with this does ioredis check that the node is a master: sentinels may be out of date.
      enableReadyCheck: true,
    },
  };
}

/** `host:port`, with brackets around an IPv6 address. */
export function label({ host, port }: NodeAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function loginOptions({ username, password, db, tls }: Identity): ClientOptions {
  return {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(db ? { db } : {}),
    ...(tls ? { tls } : {}),
  };
}

function asNatMap(map: AddressMap): NatMap {
  return typeof map === "function" ? (address) => map(address) ?? null : { ...map };
}
