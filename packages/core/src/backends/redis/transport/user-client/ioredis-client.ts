// Clients of ioredis 5 and 6 and of iovalkey, single or Cluster, by their common shape.
import { ConfigError } from "../../../../errors.ts";
import type { Call } from "../command-target.ts";
import type { Command, Reply } from "../transport.ts";
import {
  type ClientEvents,
  type ClientState,
  type Emitter,
  type ForeignClient,
  hasMethods,
  listenTo,
} from "./user-client.ts";

/** What is used of them. Without a package to import: the application's copy decides. */
interface IORedis extends Emitter {
  readonly status: string;
  readonly mode?: string;
  readonly isCluster?: boolean;
  readonly options: {
    readonly host?: string;
    readonly port?: number;
    readonly path?: string;
    readonly name?: string;
    readonly keyPrefix?: string | Buffer;
    readonly scaleReads?: unknown;
    readonly enableAutoPipelining?: boolean;
  };
  callBuffer(name: string, args: readonly (string | Buffer)[]): Promise<unknown>;
  pipeline(): {
    callBuffer(
      name: string,
      args: readonly (string | Buffer)[],
    ): { exec(): Promise<[Error | null, unknown][] | null> };
  };
  connect(): Promise<unknown>;
  nodes?(role: "all" | "master"): IORedis[];
}

export function isIORedis(client: object): client is IORedis {
  return (
    hasMethods(client, "callBuffer", "on", "connect") &&
    "status" in client &&
    typeof client.status === "string"
  );
}

/** Checks that sessions can be kept through it. */
export function fromIORedis(client: IORedis): ForeignClient {
  check(client);
  // lazyConnect: nobody else may send the first command. What goes wrong shows in its status and its error event.
  if (client.status === "wait") client.connect().catch(() => undefined);
  return {
    where: describe(client),
    isCluster: client.isCluster === true,
    call: callOf(client),
    state: () => stateOf(client.status),
    listen: (events) => listen(client, events),
    masters: async () =>
      (client.isCluster && client.nodes ? client.nodes("master") : [client]).map(callOf),
  };
}

function callOf(client: IORedis): Call {
  return client.options.enableAutoPipelining
    ? (command) => callInPipeline(client, command)
    : ({ name, args }) => client.callBuffer(name, args) as Promise<Reply>;
}

/** Automatic pipelining cannot do `call`, and in a Cluster takes the hash of a script for a key; a pipeline of one's own is let alone. */
async function callInPipeline(client: IORedis, { name, args }: Command): Promise<Reply> {
  const [[error, reply] = [new Error("ioredis aborted the pipeline"), null]] =
    (await client.pipeline().callBuffer(name, args).exec()) ?? [];
  if (error) throw error;
  return reply as Reply;
}

function stateOf(status: string): ClientState {
  if (status === "ready") return "ready";
  if (status === "end") return "closed";
  return status === "wait" || status === "connecting" || status === "connect" ? "opening" : "away";
}

function listen(client: IORedis, { onReady, onInterruption, onError }: ClientEvents): () => void {
  client.on("error", onError);
  const stop = [
    listenTo(client, { ready: onReady, close: onInterruption, reconnecting: onInterruption }),
  ];
  if (client.isCluster && client.nodes) {
    // A Cluster sends again what a single node of it lost.
    const watch = (node: unknown): void =>
      void stop.push(listenTo(node as Emitter, { close: onInterruption }));
    for (const node of client.nodes("all")) watch(node);
    stop.push(listenTo(client, { "+node": watch, "-node": onInterruption }));
  }
  return () => {
    for (const each of stop) each();
  };
}

function check(client: IORedis): void {
  const { keyPrefix, scaleReads } = client.options;
  if (keyPrefix !== undefined && keyPrefix.length > 0) {
    throw new ConfigError(
      `The client given to withClient has the keyPrefix "${String(keyPrefix)}", which it would put before some keys of a session and not before others. ` +
        'Give withClient a client without one, client.duplicate({ keyPrefix: "" }) for instance, and say it by ' +
        `withKeyPrefix("${String(keyPrefix)}session_").`,
    );
  }
  if (client.isCluster && scaleReads !== undefined && scaleReads !== "master") {
    throw new ConfigError(
      "The Cluster client given to withClient reads from replicas (scaleReads), which lag behind: a session would be read as it was before its last save. " +
        'Give withClient one with scaleReads: "master".',
    );
  }
  if (client.mode === "subscriber" || client.mode === "monitor") {
    throw new ConfigError(
      `The client given to withClient is in ${client.mode} mode and takes no other commands. Give withClient one of its own: client.duplicate().`,
    );
  }
  if (client.status === "end") {
    throw new ConfigError(
      "The client given to withClient is closed (quit or disconnect was called). Give withClient an open one.",
    );
  }
}

function describe(client: IORedis): string {
  if (client.isCluster) return "the Cluster client given to withClient";
  const { host, port, path, name } = client.options;
  const at = path ?? (name ? `the sentinels' "${name}"` : `${host ?? "localhost"}:${port ?? 6379}`);
  return `${at} (the client given to withClient)`;
}
