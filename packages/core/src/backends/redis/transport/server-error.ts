// Error replies from Redis: how they are recognized, what they mean, and what to do about them.
import { ConfigError, type RedistoreError, StoreUnavailableError } from "../../../errors.ts";

/**
 * An error reply, which proves that the command was not carried out. It replaces the client library's own error object, because
 * that carries the arguments of the command: session ids and data.
 */
export class ServerError extends Error {
  /** The code that Redis gave: `OOM`, `MOVED`, `NOSCRIPT`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ServerError";
    this.code = code;
  }
}

/**
 * Returns the error reply behind a client library's rejection, or undefined for other errors, such as a lost connection.
 * Every error reply starts with a code in capitals, which no error of Node or of the libraries does. Error classes differ per library.
 */
export function asServerError(error: unknown): ServerError | undefined {
  if (error instanceof ServerError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = /^-?([A-Z][A-Z0-9]+)(?= |$)/.exec(error.message)?.[1];
  if (code === undefined) return undefined;
  // "ERR unknown command 'evalsha', with args beginning with: ..." would repeat keys.
  const message = error.message.replace(/,? with args beginning with.*$/s, "");
  // Redis 6 wraps the error of a command inside a script: "ERR Error running script (...): @user_script:1: -OOM command ...".
  const wrapped = code === "ERR" && /@user_script: ?\d+: -?([A-Z][A-Z0-9]+) /.exec(message);
  return new ServerError(wrapped ? (wrapped[1] as string) : code, message);
}

const CLUSTER = "It belongs to a Redis Cluster: connect with withCluster.";
const SINGLE = "It is a single node: connect with withURL or withAddress.";
const PASSWORD = "Give the password with withPassword, withAuth or in the URL.";

/** What to do, by the code of the error reply. */
const ADVICE: Readonly<Record<string, string>> = {
  OOM: "It has reached its maxmemory limit: raise the limit, or give sessions an instance of their own.",
  READONLY: "It is a replica and refuses writes: connect to the master, or use withSentinel.",
  NOAUTH: PASSWORD,
  WRONGPASS: "The user name or the password is wrong: see withAuth.",
  NOPERM:
    "Its user lacks a permission: sessions need +@read, +@write, +@scripting and +ping on the keys of the prefix.",
  DENIED: "It is in protected mode: set a password, or an address to bind to.",
  LOADING: "It is still loading its data from disk.",
  BUSY: "A script of another program blocks it (SCRIPT KILL ends the script).",
  MISCONF: "It cannot write its snapshots to disk and refuses writes until that is mended.",
  NOREPLICAS: "Fewer replicas are in sync than its min-replicas-to-write demands.",
  MASTERDOWN: "It is a replica that has lost its master.",
  CLUSTERDOWN: "The cluster does not serve this slot at the moment.",
  TRYAGAIN:
    "The cluster is migrating the slot of this session and cannot serve it until that is done.",
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CROSSSLOT:
    "The key prefix puts a session and its tombstone into different slots of the cluster: see withKeyPrefix.",
  NOSCRIPT: "It lost a script while running it.",
};

/** The public error for a refusal at run time. The caller may retry, and nothing was written. */
export function refused(error: ServerError, address: string, keyPrefix: string): RedistoreError {
  if (error.code === "WRONGTYPE") {
    return new ConfigError(
      `A key with the prefix "${keyPrefix}" at ${address} contains no session but a list, hash or set: another program uses this prefix. ` +
        "Give one of the two programs another prefix, with withKeyPrefix.",
      { cause: error },
    );
  }
  return new StoreUnavailableError(refusal(error, address), { cause: error, outcome: "none" });
}

/** The message for a refusal. */
export function refusal(error: ServerError, address: string): string {
  const advice = error.message.includes("cluster support disabled") ? SINGLE : ADVICE[error.code];
  return advice
    ? `Redis at ${address} refused with ${error.code}. ${advice}`
    : `Redis at ${address} refused: ${error.message}`;
}
