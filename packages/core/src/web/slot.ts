// The contract between a response and each session of its request: when changes are stored, and when the cookies for it are ready.
import type { SetCookie } from "../cookies/set-cookie.ts";
import { type HeadersSentError, isRedistoreError } from "../errors.ts";

/** The error of a write that failed. */
export interface FailedWrite {
  readonly error: unknown;
}

/** One session of a request: one of this store, or one of another library. */
export interface Slot {
  /** The cookie name, or the name of the library, for messages. */
  readonly name: string;
  /** Whether there is anything to store, or a cookie to send. Synchronous, without effect, and asked for every response. */
  needsSave(): boolean;
  /** Stores the changes before the header is sent, and returns the cookies for it. */
  save(): Promise<readonly SetCookie[]>;
  /** Called when the cookies of `save` are certain to be in the header. */
  saved(): void;
  /** Stores the changes after the header was sent. Resolves with an error if the browser would have needed a cookie. */
  saveLate(): Promise<Error | undefined>;
  /** Called when the client gets an error response for a write that failed: nothing is stored any more. Returns the cookies for it. */
  giveUp(): readonly SetCookie[];
  /** The last write, by the application or for the response, if it failed. */
  failedWrite(): FailedWrite | undefined;
}

/** Also for an error of another copy of this package. */
export function isHeadersSent(error: unknown): error is HeadersSentError {
  return isRedistoreError(error) && error.code === "ERR_REDISTORE_HEADERS_SENT";
}
