// Where the sessions are: the connection and its details, before anything is opened.
import type { ConnectionOptions as TLSOptions } from "node:tls";

/** A Redis node of a cluster, or a sentinel. */
export interface NodeAddress {
  host: string;
  port: number;
}

/** For nodes that know themselves by other addresses than those they are reached by (containers, port forwarding). */
export type AddressMap =
  | Readonly<Record<string, NodeAddress>>
  | ((address: string) => NodeAddress | undefined);

/** What else a cluster needs. */
export interface ClusterOptions {
  /** From the address that a node announces (`"10.0.0.7:6379"`) to the one it is reached by. As in ioredis. */
  natMap?: AddressMap;
}

/** What the sentinels themselves need; the details of the master are given by `withAuth`, `withTLS` and `withDB`. Named as in ioredis. */
export interface SentinelOptions {
  sentinelUsername?: string;
  sentinelPassword?: string;
  sentinelTLS?: TLSOptions;
  /** From the address of the master that sentinels name to the one it is reached by. */
  natMap?: AddressMap;
}

/** Who connects, and to which database. */
export interface Identity {
  username: string;
  password: string;
  tls: TLSOptions;
  db: number;
}

/** What goes with a connection that the store opens itself. */
export interface ConnectionDetails extends Identity {
  poolSize: number;
  poolIdleTimeout: number;
}

/** Exactly one of these is noted for a store; `details` are those that a URL gave along. */
export type Connection =
  | { readonly kind: "memory" }
  | { readonly kind: "client"; readonly client: object }
  | {
      readonly kind: "tcp";
      readonly host: string;
      readonly port: number;
      readonly details?: Readonly<Partial<Identity>>;
    }
  | {
      readonly kind: "unix";
      readonly path: string;
      readonly details?: Readonly<Partial<Identity>>;
    }
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
