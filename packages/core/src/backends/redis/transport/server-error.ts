// Error replies from Redis: how they are recognized, what they mean, and what to do about them.
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
  // Redis 7 has no code for a command that a script may not run: "ERR The user executing the script can't run this command ...".
  const forbidden = code === "ERR" && message.includes("The user executing the script can't");
  if (forbidden) return new ServerError("NOPERM", message);
  // A script that named one key to Redis met another one that does not exist on the old node of a slot in migration.
  if (code === "ERR" && message.includes("non local key"))
    return new ServerError("TRYAGAIN", message);
  return new ServerError(wrapped ? (wrapped[1] as string) : code, message);
}

/** Codes that waiting cannot mend: the configuration of the store or of Redis has to change. */
const PERMANENT: ReadonlySet<string> = new Set([
  "NOAUTH",
  "WRONGPASS",
  "NOPERM",
  "DENIED",
  "READONLY",
  "MOVED",
  "CROSSSLOT",
  "WRONGTYPE",
]);
const MISSING_COMMAND = /unknown (redis )?command|unsupported command/i;
const OTHER_PERMANENT = /DB index|AUTH|SELECT|cluster support/;

/** True if another attempt with the same configuration would be refused as well. */
export function isPermanent({ code, message }: ServerError): boolean {
  return (
    PERMANENT.has(code) ||
    (code === "ERR" && (MISSING_COMMAND.test(message) || OTHER_PERMANENT.test(message)))
  );
}

const CLUSTER = "It belongs to a Redis Cluster: connect with withCluster.";
const SINGLE = "It is a single node: connect with withURL or withAddress.";
const PASSWORD = "Give the password with withPassword, withAuth or in the URL.";

/** What to do, by the code of the error reply. */
const ADVICE: Readonly<Record<string, string>> = {
  OOM: "It has reached its maxmemory limit: raise the limit, or give sessions an instance of their own.",
  READONLY:
    "It is a replica and refuses writes: connect to the master, or use withSentinel. A client given to withClient has to reconnect if its master is demoted (ioredis: reconnectOnError).",
  NOAUTH: PASSWORD,
  WRONGPASS: "The user name or the password is wrong: see withAuth.",
  NOPERM: "Its user lacks a permission.",
  DENIED: "It is in protected mode: set a password, or an address to bind to.",
  LOADING: "It is still loading its data from disk.",
  BUSY: "A script of another program blocks it (SCRIPT KILL ends the script).",
  MISCONF: "It cannot write its snapshots to disk and refuses writes until that is mended.",
  NOREPLICAS: "Fewer replicas are in sync than its min-replicas-to-write demands.",
  MASTERDOWN: "It is a replica that has lost its master.",
  CLUSTERDOWN: "The cluster does not serve this slot at the moment.",
  TRYAGAIN:
    "The cluster is migrating the slot of this session, and has not moved the session to its new node in time. `redis-cli --cluster fix` ends a migration that was interrupted.",
  MOVED: CLUSTER,
  ASK: CLUSTER,
  CROSSSLOT:
    "The key prefix puts a session and its tombstone into different slots of the cluster: see withKeyPrefix.",
  NOSCRIPT: "It lost a script while running it.",
};

/** The message for a refusal. */
export function refusal(error: ServerError, address: string): string {
  const advice = adviceFor(error);
  if (advice) return `Redis at ${address} refused with ${error.code}. ${advice}`;
  const scripts = MISSING_COMMAND.test(error.message)
    ? ". Sessions need PING, MGET, SET, EVAL and EVALSHA: allow them, or connect to a Redis that has them (a sentinel has not: see withSentinel)"
    : "";
  return `Redis at ${address} refused: ${error.message}${scripts}`;
}

function adviceFor({ code, message }: ServerError): string | undefined {
  return message.includes("cluster support disabled") ? SINGLE : ADVICE[code];
}
