// The settings of the connection, before anything is opened.
import type { ConnectionOptions as TLSOptions } from "node:tls";

/** The address of a Redis node or of a sentinel. */
export interface NodeAddress {
  host: string;
  port: number;
}

/** For nodes that announce other addresses than those at which they can be reached (containers, port forwarding). */
export type AddressMap =
  | Readonly<Record<string, NodeAddress>>
  | ((address: string) => NodeAddress | undefined);

/** Further options of a cluster. */
export interface ClusterOptions {
  /** Maps an address that a node announces (`"10.0.0.7:6379"`) to the address at which it can be reached. As in ioredis. */
  natMap?: AddressMap;
}

/** The login to the sentinels themselves; `withAuth`, `withTLS` and `withDB` apply to the master. Named as in ioredis. */
export interface SentinelOptions {
  sentinelUsername?: string;
  sentinelPassword?: string;
  sentinelTLS?: TLSOptions;
  /** Maps the address of the master that the sentinels announce to the address at which it can be reached. */
  natMap?: AddressMap;
}

/** A password, or a function that is called for each new connection: for credentials that rotate. */
export type Password = string | (() => string | Promise<string>);

/** How to log in, and to which database. */
export interface Identity {
  readonly username?: string;
  readonly password?: Password;
  readonly tls?: TLSOptions;
  readonly db?: number;
}

/** The settings of connections that the store opens itself. */
export interface ConnectionDetails extends Required<Identity> {
  poolSize: number;
  poolIdleTimeout: number;
  connectTimeout: number;
}

/** Which connection a store uses; `identity` is the part that a URL contained. */
export type ConnectionSetting =
  | { readonly kind: "memory" }
  /** A `Backend`, which is declared in a folder above this one. */
  | { readonly kind: "backend"; readonly backend: object }
  | { readonly kind: "client"; readonly client: object }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      readonly identity?: Identity;
    }
  | { readonly kind: "unix"; readonly path: string; readonly identity?: Identity }
  | {
      readonly kind: "cluster";
      readonly nodes: readonly NodeAddress[];
      readonly options: ClusterOptions;
    }
  | {
      readonly kind: "sentinel";
      readonly sentinels: readonly NodeAddress[];
      readonly name: string;
      readonly options: SentinelOptions;
    };
