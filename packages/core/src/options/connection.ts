// Where the sessions are: the connection and its details, before anything is opened.
import type { ConnectionOptions as TLSOptions } from "node:tls";

/** A Redis node of a cluster, or a sentinel. */
export interface NodeAddress {
  host: string;
  port: number;
}

/** Exactly one of these is noted for a store. */
export type Connection =
  | { readonly kind: "memory" }
  | { readonly kind: "client"; readonly client: object }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "cluster"; readonly nodes: readonly NodeAddress[]; readonly options: object }
  | {
      readonly kind: "sentinel";
      readonly sentinels: readonly NodeAddress[];
      readonly name: string;
      readonly options: object;
    };

/** What goes with a connection that the store opens itself. */
export interface ConnectionDetails {
  username: string;
  password: string;
  tls: TLSOptions;
  db: number;
  poolSize: number;
  poolIdleTimeout: number;
}
