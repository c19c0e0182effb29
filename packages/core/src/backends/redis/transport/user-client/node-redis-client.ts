// Clients, clusters and client pools of node-redis 5 and 6, by their shape.
import { ConfigError } from "../../../../errors.ts";
import type { Call } from "../command-target.ts";
import type { Command, Reply } from "../transport.ts";
import {
  type ClientState,
  type Emitter,
  type ForeignClient,
  hasMethods,
  listenTo,
} from "./user-client.ts";

/** RESP_TYPES.BLOB_STRING, which is "$": texts come as Buffers. */
const REPLIES = { typeMapping: { 36: Buffer } } as const;

type Arguments = readonly (string | Buffer)[];

interface NodeRedis extends Emitter {
  readonly isOpen: boolean;
  /** From version 6; a prefix that raw commands do not get. */
  readonly _keyPrefix?: string | undefined;
  withTypeMapping(mapping: object): unknown;
}

interface Client extends NodeRedis {
  readonly isReady: boolean;
  readonly isPubSubActive?: boolean;
  readonly options?: {
    readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string };
  };
  sendCommand(args: Arguments, options: object): Promise<unknown>;
}

interface Pool extends NodeRedis {
  sendCommand(args: Arguments, options: object): Promise<unknown>;
}

interface Cluster extends NodeRedis {
  readonly masters: readonly object[];
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean,
    args: Arguments,
    options: object,
  ): Promise<unknown>;
  nodeClient(master: object): Promise<Client> | Client;
}

export function isNodeRedis(client: object): client is NodeRedis {
  return hasMethods(client, "sendCommand", "withTypeMapping", "on") && "isOpen" in client;
}

/** Checks that sessions can be kept through it. node-redis sends no command twice, so there are no interruptions to tell. */
export function fromNodeRedis(client: NodeRedis): ForeignClient {
  if (hasMethods(client, "getSentinelNode")) {
    throw new ConfigError(
      "withClient takes no Sentinel client of node-redis. Use withSentinel, or an ioredis client with sentinels.",
    );
  }
  if (!client.isOpen) {
    throw new ConfigError(
      "The node-redis client given to withClient is not connected. Call client.connect() before; it connects only when told.",
    );
  }
  const { _keyPrefix: keyPrefix } = client;
  if (keyPrefix) {
    throw new ConfigError(
      `The client given to withClient has the keyPrefix "${keyPrefix}", which it leaves out of some commands. ` +
        `Give withClient a client without one, and say it by withKeyPrefix("${keyPrefix}session_").`,
    );
  }
  if (isCluster(client)) return fromCluster(client);
  return "isReady" in client ? fromClient(client as Client) : fromPool(client as Pool);
}

function fromClient(client: Client): ForeignClient {
  if (client.isPubSubActive) {
    throw new ConfigError(
      "The client given to withClient has subscriptions. Give withClient one of its own: client.duplicate(), and connect it.",
    );
  }
  const { host = "localhost", port = 6379, path } = client.options?.socket ?? {};
  const call = callOf(client);
  let away = false;
  return {
    where: `${path ?? `${host}:${port}`} (the client given to withClient)`,
    isCluster: false,
    call,
    state: () => (client.isReady ? "ready" : openingOr(client, away)),
    listen: ({ onReady, onError }) => {
      client.on("error", (error) => {
        away = true;
        onError(error);
      });
      return listenTo(client, { ready: onReady, reconnecting: () => (away = false) });
    },
    masters: async () => [call],
  };
}

/** A pool does not tell how its clients are; its commands wait inside until their deadlines. */
function fromPool(pool: Pool): ForeignClient {
  const call: Call = ({ name, args }) =>
    pool.sendCommand([name, ...args], REPLIES) as Promise<Reply>;
  return {
    ...fromMany(pool, "the client pool given to withClient"),
    isCluster: false,
    call,
    masters: async () => [call],
  };
}

function fromCluster(cluster: Cluster): ForeignClient {
  return {
    ...fromMany(cluster, "the cluster client given to withClient"),
    isCluster: true,
    call: ({ name, args, key }) =>
      cluster.sendCommand(key, false, [name, ...args], REPLIES) as Promise<Reply>,
    masters: () =>
      Promise.all(cluster.masters.map(async (master) => callOf(await cluster.nodeClient(master)))),
  };
}

function fromMany(
  client: NodeRedis,
  where: string,
): Pick<ForeignClient, "where" | "state" | "listen"> {
  return {
    where,
    state: () => (client.isOpen ? "ready" : "closed"),
    listen: ({ onError }) => {
      client.on("error", onError);
      return () => undefined;
    },
  };
}

function callOf(client: Client): Call {
  return ({ name, args }: Command) =>
    client.sendCommand([name, ...args], REPLIES) as Promise<Reply>;
}

function isCluster(client: NodeRedis): client is Cluster {
  return hasMethods(client, "nodeClient") && "masters" in client;
}

function openingOr(client: Client, away: boolean): ClientState {
  if (!client.isOpen) return "closed";
  return away ? "away" : "opening";
}
