// Clients of ioredis 5 and 6 and of iovalkey, Redis or Cluster, recognized by the methods they share.
import { ConfigError } from "../../../../errors.ts";
import type { Call } from "../dispatcher.ts";
import type { Command, Reply } from "../transport.ts";
import {
  type ClientEvents,
  type ClientState,
  type Emitter,
  type UserClient,
  hasMethods,
  listenTo,
} from "./user-client.ts";

/** The part of their interface that is used. Not imported from a package, because the application chooses library and version. */
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
  disconnect(reconnect: boolean): void;
  nodes?(role: "all" | "master"): IORedis[];
}

export function isIORedis(client: object): client is IORedis {
  return (
    hasMethods(client, "callBuffer", "on", "connect") &&
    "status" in client &&
    typeof client.status === "string"
  );
}

/** Throws a ConfigError if the client cannot be used for sessions. */
export function fromIORedis(client: IORedis): UserClient {
  check(client);
  // lazyConnect: perhaps nothing else connects it. A failure shows in its status and its error event.
  if (client.status === "wait") client.connect().catch(() => undefined);
  return {
    address: describe(client),
    isCluster: client.isCluster === true,
    call: callOf(client),
    state: () => stateOf(client.status),
    listen: (events) => listen(client, events),
    masters: async () =>
      (client.isCluster && client.nodes ? client.nodes("master") : [client]).map(callOf),
    // A Cluster follows its masters by itself.
    reconnect: client.isCluster ? undefined : () => client.disconnect(true),
  };
}

function callOf(client: IORedis): Call {
  return client.options.enableAutoPipelining
    ? (command) => callInPipeline(client, command)
    : ({ name, args }) => client.callBuffer(name, args) as Promise<Reply>;
}

/** Automatic pipelining does not support `call`, and in a Cluster mistakes a script's hash for a key. An explicit pipeline is not affected. */
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

function listen(client: IORedis, { onReady, onPossibleResend, onError }: ClientEvents): () => void {
  client.on("error", onError);
  const stop = [
    listenTo(client, { ready: onReady, close: onPossibleResend, reconnecting: onPossibleResend }),
  ];
  if (client.isCluster && client.nodes) {
    // A Cluster resends the commands that one of its nodes lost.
    const watch = (node: unknown): void =>
      void stop.push(listenTo(node as Emitter, { close: onPossibleResend }));
    for (const node of client.nodes("all")) watch(node);
    stop.push(listenTo(client, { "+node": watch, "-node": onPossibleResend }));
  }
  return () => {
    for (const each of stop) each();
  };
}

function check(client: IORedis): void {
  const { keyPrefix, scaleReads } = client.options;
  if (keyPrefix !== undefined && keyPrefix.length > 0) {
    throw new ConfigError(
      `The client given to withClient has the keyPrefix "${String(keyPrefix)}", which it would add to some keys of a session and not to others. ` +
        'Give withClient a client without a keyPrefix, such as client.duplicate({ keyPrefix: "" }), and use ' +
        `withKeyPrefix("${String(keyPrefix)}session_").`,
    );
  }
  if (client.isCluster && scaleReads !== undefined && scaleReads !== "master") {
    throw new ConfigError(
      "The Cluster client given to withClient reads from replicas (scaleReads), which lag behind: a session could be read as it was before its last save. " +
        'Give withClient a client with scaleReads: "master".',
    );
  }
  if (client.mode === "subscriber" || client.mode === "monitor") {
    throw new ConfigError(
      `The client given to withClient is in ${client.mode} mode and takes no other commands. Give withClient a separate client: client.duplicate().`,
    );
  }
  if (client.status === "end") {
    throw new ConfigError(
      "The client given to withClient is closed (quit or disconnect was called). Give withClient an open client.",
    );
  }
}

function describe(client: IORedis): string {
  if (client.isCluster) return "the Cluster client given to withClient";
  const { host, port, path, name } = client.options;
  const at = path ?? (name ? `the sentinels' "${name}"` : `${host ?? "localhost"}:${port ?? 6379}`);
  return `${at} (the client given to withClient)`;
}
