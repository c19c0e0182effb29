// The contract between the response gate and the sessions of its request, which know nothing of responses.
import type { SetCookie } from "@redistore/core";

/** The sessions that a response waits for. `Due` names those that have something to store. */
export interface PendingSessions<Due extends object = object> {
  /** Whether a cookie can still be sent. The gate sets it whenever that changes. */
  canSendCookies: boolean;
  /** The response gate sets itself. */
  response: { mayBeShared(): boolean } | undefined;
  /** The cookies to send with the next header, the newest of each name. */
  readonly cookies: readonly SetCookie[];
  /** The sessions that have something to store; undefined if there is none. Synchronous, and asked for each response. */
  due(): Due | undefined;
  /** Stores them, and later changes too. Rejects if one cannot be stored; false if a session never stops changing. */
  settle(due: Due): Promise<boolean>;
  /** The same after the header has been sent. Resolves with an error for each session whose cookie can no longer be sent. */
  settleLate(due: Due): Promise<readonly Error[]>;
  /** A session's last write, if it failed: of a save by the application, for example. */
  failedWrite(): { readonly error: unknown } | undefined;
  /** Adds to `cookies` those of sessions that ended or have a new id: an error response needs them although nothing is stored for it. */
  giveUp(): void;
  /** Called before the header is sent, perhaps twice: sets the cookies of other libraries again that were dropped for an error response. */
  restoreCookies(): void;
}
