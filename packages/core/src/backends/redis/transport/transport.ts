// How the backend reaches Redis: one command out, one reply back, whatever connections lie between.
import type { Deadline } from "../../deadline.ts";

/** One command. Names are in lower case: client libraries look them up that way to find the keys. */
export interface Command {
  readonly name: string;
  readonly args: readonly (string | Buffer)[];
  /** The key that decides which node of a cluster it goes to; left out where any will do. */
  readonly key?: string;
  /** Whether it can change anything: decides what a lost reply means. */
  readonly write: boolean;
  /** Whether ASKING has to precede it on the same connection: its slot is on the move. */
  readonly asking?: boolean;
}

/** What Redis answers: texts as Buffers, nil as null. */
export type Reply = Buffer | number | string | null | readonly Reply[];

/** Something commands can be sent to: one node, or all that serve a cluster. */
export interface Sender {
  /** Where it is, for messages: `127.0.0.1:6379`. Never a password. */
  readonly where: string;
  /**
   * Sends a command once and settles by the deadline. Rejects with a {@link ServerError} where Redis refused it, and with a
   * `StoreUnavailableError` where no reply came, whose `outcome` says whether a write may have been done.
   */
  send(command: Command, deadline: Deadline): Promise<Reply>;
}

/** The way to one store: a node, a master that sentinels know, or a cluster. */
export interface Link extends Sender {
  readonly isCluster: boolean;
  /**
   * How often a connection broke whose commands the client library may have sent again by itself. A refusal of a write during
   * which this grew may be the echo of its own success. Links that never send again leave it at 0.
   */
  readonly interruptions: number;
  /** All masters, each of which holds a part of the keys. */
  masters(deadline: Deadline): Promise<readonly Sender[]>;
  /** Ends what the link opened itself. Idempotent. */
  close(): Promise<void>;
}
