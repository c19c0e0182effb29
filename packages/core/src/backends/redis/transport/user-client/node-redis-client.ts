// Clients, clusters and client pools of node-redis 5 and 6, recognized by their methods.
import { ConfigError } from "../../../../errors.ts";
import type { Call } from "../dispatcher.ts";
import type { Command, Reply } from "../transport.ts";
import {
  type ClientState,
  type Emitter,
  type UserClient,
  hasMethods,
  listenTo,
} from "./user-client.ts";

/** RESP_TYPES.BLOB_STRING is "$" (36): strings come as Buffers. */
const REPLIES = { typeMapping: { 36: Buffer } } as const;

type Arguments = readonly (string | Buffer)[];

interface NodeRedis extends Emitter {
  readonly isOpen: boolean;
  /** Since version 6. It is not added to raw commands. */
  readonly _keyPrefix?: string | undefined;
  withTypeMapping(mapping: object): unknown;
}

interface NodeRedisClient extends NodeRedis {
  readonly isReady: boolean;
  readonly isPubSubActive?: boolean;
  readonly options?: {
    readonly socket?: {
      readonly host?: string;
      readonly port?: number;
      readonly path?: string;
      readonly reconnectStrategy?: unknown;
    };
  };
  sendCommand(args: Arguments, options: object): Promise<unknown>;
  connect(): Promise<unknown>;
  destroy(): void;
}

interface NodeRedisPool extends NodeRedis {
  sendCommand(args: Arguments, options: object): Promise<unknown>;
}

interface NodeRedisCluster extends NodeRedis {
  readonly masters: readonly object[];
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean,
    args: Arguments,
    options: object,
  ): Promise<unknown>;
  nodeClient(master: object): Promise<NodeRedisClient> | NodeRedisClient;
}

export function isNodeRedis(client: object): client is NodeRedis {
  return hasMethods(client, "sendCommand", "withTypeMapping", "on") && "isOpen" in client;
}

/** Throws a ConfigError if the client cannot be used for sessions. node-redis never resends, so `onPossibleResend` is not called. */
export function fromNodeRedis(client: NodeRedis): UserClient {
  if (hasMethods(client, "getSentinelNode")) {
    throw new ConfigError(
      "withClient does not take a Sentinel client of node-redis. Use withSentinel, or an ioredis client with sentinels.",
    );
  }
  if (!client.isOpen) {
    throw new ConfigError(
      "The node-redis client given to withClient is not connected. Call client.connect() first.",
    );
  }
  const { _keyPrefix: keyPrefix } = client;
  if (keyPrefix) {
    throw new ConfigError(
      `The client given to withClient has the keyPrefix "${keyPrefix}", which it does not add to some commands. ` +
        `Give withClient a client without a keyPrefix, and use withKeyPrefix("${keyPrefix}session_").`,
    );
  }
  if (isCluster(client)) return fromCluster(client);
  return "isReady" in client
    ? fromClient(client as NodeRedisClient)
    : fromPool(client as NodeRedisPool);
}

function fromClient(client: NodeRedisClient): UserClient {
  if (client.isPubSubActive) {
    throw new ConfigError(
      "The client given to withClient has subscriptions. Give withClient a separate client: client.duplicate(), connected.",
    );
  }
  const { host = "localhost", port = 6379, path } = client.options?.socket ?? {};
  const call = callOf(client);
  let away = false;
  return {
    address: `${path ?? `${host}:${port}`} (the client given to withClient)`,
    isCluster: false,
    call,
    state: () => (client.isReady ? "ready" : openingState(client, away)),
    listen: ({ onReady, onError }) => {
      client.on("error", (error) => {
        away = true;
        onError(error);
      });
      return listenTo(client, { ready: onReady, reconnecting: () => (away = false) });
    },
    masters: async () => [call],
    reconnect: () => reconnect(client),
  };
}

/** Only if the application lets it reconnect: otherwise a failed attempt would close it for good. */
function reconnect(client: NodeRedisClient): void {
  if (client.options?.socket?.reconnectStrategy === false) return;
  client.destroy();
  // A failure shows in its error event.
  client.connect().catch(() => undefined);
}

/** A pool does not report the state of its clients, so commands wait inside it until their deadlines. */
function fromPool(pool: NodeRedisPool): UserClient {
  const call: Call = ({ name, args }) =>
    pool.sendCommand([name, ...args], REPLIES) as Promise<Reply>;
  return {
    ...fromMany(pool, "the client pool given to withClient"),
    isCluster: false,
    call,
    masters: async () => [call],
  };
}

function fromCluster(cluster: NodeRedisCluster): UserClient {
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
  address: string,
): Pick<UserClient, "address" | "state" | "listen" | "reconnect"> {
  return {
    address,
    reconnect: undefined,
    state: () => (client.isOpen ? "ready" : "closed"),
    listen: ({ onError }) => {
      client.on("error", onError);
      return () => undefined;
    },
  };
}

function callOf(client: NodeRedisClient): Call {
  return ({ name, args }: Command) =>
    client.sendCommand([name, ...args], REPLIES) as Promise<Reply>;
}

function isCluster(client: NodeRedis): client is NodeRedisCluster {
  return hasMethods(client, "nodeClient") && "masters" in client;
}

function openingState(client: NodeRedisClient, away: boolean): ClientState {
  if (!client.isOpen) return "closed";
  return away ? "away" : "opening";
}
