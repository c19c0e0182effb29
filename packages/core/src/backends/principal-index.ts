// The contract of the index that lists the sessions of each principal, a part of the contract of a backend.
import type { Deadline } from "./deadline.ts";

/** One session in the index of its principal. */
export interface Member {
  /** Stays the same when the session gets a new id. */
  readonly publicId: string;
  readonly id: string;
  /** When the principal logged in, in Unix seconds by the clock of the store; 0 if that is not known. */
  readonly at: number;
}

/** A session that is to be listed. */
export interface Admission {
  readonly member: Member;
  /** The id of the session that goes on in this one. If it is listed, the new one is let in as the same session. */
  readonly inherits?: string | undefined;
  /** Sessions at most, told apart by their public ids; Infinity is no limit. */
  readonly limit: number;
  /** Members to remove before the sessions are counted: they have ended. */
  readonly without: readonly Member[];
  /** How long the index is kept from now on, at least. */
  readonly seconds: number;
}

export type Admitted =
  /** It is listed. `size` is the number of members. */
  | { readonly outcome: "admitted"; readonly size: number }
  /** Its login was before the time given to `bar`, and the session that it goes on from is not listed. It is not listed, either. */
  | { readonly outcome: "refused" }
  /** The principal has as many other sessions as the limit allows. */
  | { readonly outcome: "full"; readonly members: readonly Member[] };

/** What `bar` keeps out. */
export interface Bar {
  /** Unix seconds. */
  readonly at: number;
  /** The public id of a session that stays. */
  readonly except?: string | undefined;
  /** How long the index is kept from now on, at least. */
  readonly seconds: number;
}

/**
 * Lists the sessions of each principal. An entry may outlive its session; it is removed only when its record is known to be gone. All methods
 * may be repeated, and each is atomic.
 */
export interface PrincipalIndex {
  /**
   * Lists a session. If the one that it inherits from is listed, it takes the later of the two times; or else it is refused if its own time is
   * before the last bar.
   */
  admit(principal: string, admission: Admission, deadline: Deadline): Promise<Admitted>;

  /** The sessions that are listed, those with the earliest time first. */
  members(principal: string, deadline: Deadline): Promise<readonly Member[]>;

  /**
   * From now on no session is let in whose login was before `at`. Returns the members that are listed now, but for the excepted ones, which are
   * given the time `at` in place of an earlier one.
   */
  bar(principal: string, bar: Bar, deadline: Deadline): Promise<readonly Member[]>;

  /** Removes members, but for those that have been listed with a later time since. */
  dismiss(principal: string, members: readonly Member[], deadline: Deadline): Promise<void>;
}
