// The contract between the Redis backend and the connections that carry its commands.
import type { Deadline } from "../../deadline.ts";

/** One command. */
export interface Command {
  /** In lower case: client libraries look the name up in this form to find the keys. */
  readonly name: string;
  readonly args: readonly (string | Buffer)[];
  /** The key whose slot selects the node of a cluster. Left out if any node can run the command. */
  readonly key?: string;
  /** True if the command can change data. It decides what a lost reply means. */
  readonly write: boolean;
  /** With `evalsha`: the text of the script, sent by EVAL if Redis does not know the hash (yet, or after a restart or failover). */
  readonly script?: string;
  /** True if ASKING must precede the command on the same connection, because its slot is being migrated. */
  readonly asking?: boolean;
}

/** A reply from Redis: strings as Buffers, nil as null. */
export type Reply = Buffer | number | string | null | readonly Reply[];

/** A destination for commands: one node, or a cluster as a whole. */
export interface CommandTarget {
  /** For messages, such as `127.0.0.1:6379`. It never contains a password. */
  readonly address: string;
  /**
   * Sends a command once and settles by the deadline. Rejects with a {@link ServerError} if Redis refused the command, and with a
   * `StoreUnavailableError` if no reply came. The `outcome` of that error says whether a write may have been done.
   */
  send(command: Command, deadline: Deadline): Promise<Reply>;
}

/** Reaches one store: a single node, a master that sentinels name, or a cluster. */
export interface Transport extends CommandTarget {
  readonly isCluster: boolean;
  /**
   * How often a connection broke whose commands the client library may then have sent again. If the count grew during a write,
   * a refusal may only mean that the first copy of the write succeeded. It stays 0 in a transport that never resends.
   */
  readonly resendCount: number;
  /** All masters; each of them stores a part of the keys. */
  masters(deadline: Deadline): Promise<readonly CommandTarget[]>;
  /** Closes what the transport opened itself. Idempotent. */
  close(): Promise<void>;
}
