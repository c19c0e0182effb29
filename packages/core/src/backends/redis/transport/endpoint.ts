// Where a connection goes and what it says on arrival, in the terms of ioredis.
import type {
  Identity as FullIdentity,
  AddressMap,
  NodeAddress,
  SentinelOptions,
} from "../../../options/connection.ts";
import type { NatMap } from "ioredis";
import type { ClientOptions, Endpoint } from "./connection.ts";

/** Who connects: the details that go with an address. */
export type Identity = Readonly<Partial<FullIdentity>>;

/** A node by its address. */
export function tcpEndpoint({ host, port }: NodeAddress, identity: Identity): Endpoint {
  return { where: label({ host, port }), options: { host, port, ...asOptions(identity) } };
}

/** A node by its socket file. */
export function unixEndpoint(path: string, identity: Identity): Endpoint {
  return { where: path, options: { path, ...asOptions(identity) } };
}

/** Whatever node the sentinels call the master of `name`; they are asked anew for each connection. */
export function sentinelEndpoint(
  sentinels: readonly NodeAddress[],
  name: string,
  identity: Identity,
  { natMap, ...options }: SentinelOptions,
): Endpoint {
  return {
    where: `the master "${name}" of the sentinels ${sentinels.map(label).join(", ")}`,
    options: {
      ...options,
      ...asOptions(identity),
      // Without it ioredis takes TLS for the sentinels alone.
      enableTLSForSentinelMode: identity.tls !== undefined,
      ...(natMap ? { natMap: asNatMap(natMap) } : {}),
      sentinels: [...sentinels],
      name,
      role: "master",
      sentinelRetryStrategy: () => null,
      // A sentinel that hangs costs this much of an attempt before the next one is asked.
      connectTimeout: 700,
      sentinelCommandTimeout: 700,
      // Only with it does ioredis look whether the node is a master indeed: a sentinel may be late.
      enableReadyCheck: true,
    },
  };
}

/** `host:port` as people write it. */
export function label({ host, port }: NodeAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function asOptions({ username, password, db, tls }: Identity): ClientOptions {
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
