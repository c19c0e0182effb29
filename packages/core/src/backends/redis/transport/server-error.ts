// What an error that Redis itself replied means, and what to do about it.
import { ConfigError, type RedistoreError, StoreUnavailableError } from "../../../errors.ts";

/**
 * An error reply: the proof that the command was not carried out. It takes the place of the client library's own error object,
 * which carries the arguments of the command: session ids and data.
 */
export class ServerError extends Error {
  /** Redis' own word for it: `OOM`, `MOVED`, `NOSCRIPT`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ServerError";
    this.code = code;
  }
}

/**
 * The error reply in what a client library rejected with; undefined where it is something else (a lost connection). Told by the
 * code in capitals that every error reply begins with, and no error of Node or of the libraries does: their classes differ.
 */
export function asServerError(error: unknown): ServerError | undefined {
  if (error instanceof ServerError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = /^-?([A-Z][A-Z0-9]+)(?= |$)/.exec(error.message)?.[1];
  if (code === undefined) return undefined;
  // "ERR unknown command 'evalsha', with args beginning with: ..." goes on with keys.
  const message = error.message.replace(/,? with args beginning with.*$/s, "");
  // Redis 6 wraps what a command inside a script replied: "ERR Error running script (...): @user_script:1: -OOM command ...".
  const wrapped = code === "ERR" && /@user_script: ?\d+: -?([A-Z][A-Z0-9]+) /.exec(message);
  return new ServerError(wrapped ? (wrapped[1] as string) : code, message);
}

const CLUSTER = "It belongs to a Redis Cluster: connect with withCluster.";
const SINGLE = "It is a single node: connect with withURL or withAddress.";
const PASSWORD = "Give the password with withPassword, withAuth or in the URL.";

/** What the operator or the programmer has to do, by the code of the reply. */
const MENDS: Readonly<Record<string, string>> = {
  OOM: "It is at its maxmemory limit: raise it, or give sessions an instance of their own.",
  READONLY: "It is a replica and takes no writes: connect to the master, or through withSentinel.",
  NOAUTH: PASSWORD,
  WRONGPASS: "User name or password are wrong: see withAuth.",
  NOPERM:
    "Its user lacks a permission: sessions need +@read, +@write, +@scripting and +ping on the keys of the prefix.",
  DENIED: "It is in protected mode: set a password or an address to bind to.",
  LOADING: "It is still loading its data from disk.",
  BUSY: "A script of somebody else blocks it (SCRIPT KILL ends one).",
  MISCONF: "It cannot write its snapshots to disk and refuses writes until that is mended.",
  NOREPLICAS: "Fewer replicas are in step than its min-replicas-to-write asks for.",
  MASTERDOWN: "It is a replica that has lost its master.",
  CLUSTERDOWN: "The cluster does not serve this slot at the moment.",
  TRYAGAIN: "The cluster is moving the slot of this session, which it does not serve meanwhile.",
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CROSSSLOT:
    "The key prefix keeps a session and its mark from lying in one slot of the cluster: see withKeyPrefix.",
  NOSCRIPT: "It forgot a script while it was running it.",
};

/** The public error for a refusal at run time: temporary, as far as the caller can tell, and nothing was written. */
export function refused(error: ServerError, where: string, keyPrefix: string): RedistoreError {
  if (error.code === "WRONGTYPE") {
    return new ConfigError(
      `A key with the prefix "${keyPrefix}" at ${where} holds no session but a list, hash or set: another program uses this prefix. ` +
        "Give one of the two another prefix, with withKeyPrefix.",
      { cause: error },
    );
  }
  return new StoreUnavailableError(refusal(error, where), { cause: error, outcome: "none" });
}

/** The sentence for a refusal. */
export function refusal(error: ServerError, where: string): string {
  const mend = error.message.includes("cluster support disabled") ? SINGLE : MENDS[error.code];
  return mend
    ? `Redis at ${where} refused with ${error.code}. ${mend}`
    : `Redis at ${where} refused: ${error.message}`;
}
