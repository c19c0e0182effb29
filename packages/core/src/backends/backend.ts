// The contract of a backend: it stores bytes under session ids, and does the atomic steps that the save protocol is built from.
import type { Deadline } from "./deadline.ts";
import type { Activity } from "./activity.ts";
import type { PrincipalIndex } from "./principal-index.ts";
import type { Ending, Successor, Tombstone } from "./tombstone.ts";

/** What is stored under one id. A tombstone outweighs a record. */
export interface Entry {
  readonly record: Buffer | undefined;
  readonly tombstone: Tombstone | undefined;
  /** @internal There is a record, encrypted in a way that cannot be undone here. It is not given, and must not be overwritten. */
  readonly isUndecipherable?: true;
}

/** An entry, and how long the record has left until it expires. */
export interface InspectedEntry extends Entry {
  /** Undefined without a record, Infinity if it has no expiry. */
  readonly secondsLeft: number | undefined;
}

/** The result of a conditional write. */
export type WriteResult =
  /** The write was done. */
  | { readonly outcome: "done" }
  /** Nothing was written: the stored record, given here, is not the expected one. */
  | { readonly outcome: "changed"; readonly record: Buffer }
  /** Nothing was written: there is no record, or a tombstone beside it. */
  | { readonly outcome: "gone"; readonly tombstone: Tombstone | undefined };

/** The result of a deletion. */
export interface Deletion {
  /** Whether there was a record. */
  readonly deleted: boolean;
  /** The tombstone that was there before. */
  readonly tombstone: Tombstone | undefined;
}

/** Whether the backend works. `latency` is in seconds. */
export type Health =
  | { readonly ok: true; readonly latency: number }
  | { readonly ok: false; readonly latency: number; readonly error: Error };

/**
 * A place to store sessions. Implement it, pass the suite of `@redistore/core/testing`, and hand it to `withBackend`.
 *
 * For each id there is at most one record (opaque bytes with an expiry) and at most one tombstone (with an expiry of its own). For each
 * principal there is an index of its sessions ({@link PrincipalIndex}). The rules for all methods:
 *
 * - **Atomic.** A method reads and writes in one step. All clients see the steps of all clients in one order.
 * - **One round trip.** Except for `ids`, `health` and `close`, a method costs one command, however many keys it reads or writes.
 * - **No surprise in data.** A missing or different record is a result. A method rejects only if the backend does not work, with a
 *   `StoreUnavailableError`. Its `outcome` is `"unknown"` if a write may have been done, and `"none"` if it certainly was not.
 * - **Never twice.** A write that got no reply is not sent again; the caller decides.
 * - **In time.** A method settles by its deadline.
 * - **Copies.** Changing bytes after they were passed in or returned changes nothing that is stored.
 * - **Seconds.** All times are in seconds, with fractions. Each record and each tombstone gets an expiry. A tombstone's `at` is the time
 *   by the backend's own clock: the clocks of several clients may differ.
 */
export interface Backend extends PrincipalIndex {
  /** Reads the record and the tombstone under `id`. */
  get(id: string, deadline: Deadline): Promise<Entry>;

  /** Reads several ids like `get`, in the order of `ids`. On a cluster it may be one command for each id, sent at the same time. */
  getMany(ids: readonly string[], deadline: Deadline): Promise<readonly Entry[]>;

  /** Reads several ids like `getMany`, with the time until the records expire. It may be one command for each id, sent at the same time. */
  inspect(ids: readonly string[], deadline: Deadline): Promise<readonly InspectedEntry[]>;

  /**
   * Reads like `get`, and raises the expiry of the record to `seconds` from now. It never lowers an expiry and never creates a record.
   * It changes nothing if there is a tombstone.
   */
  touch(id: string, seconds: number, deadline: Deadline): Promise<Entry>;

  /**
   * Reads like `inspect`, and first raises the expiry of the record as `activity` says, if the record would expire so much sooner. It never lowers
   * an expiry, and changes nothing if there is a tombstone, or if the record has no expiry.
   */
  roll(id: string, activity: Activity, deadline: Deadline): Promise<InspectedEntry>;

  /**
   * Stores `record` if there is neither a record nor a tombstone. Resolves with false if there is one, and changes nothing then.
   */
  create(id: string, record: Buffer, seconds: number, deadline: Deadline): Promise<boolean>;

  /**
   * Stores `record` in place of `expected`, compared byte for byte. `expected: undefined` accepts any record, but there has to be one.
   * With a tombstone the outcome is `gone`.
   */
  replace(
    id: string,
    expected: Buffer | undefined,
    record: Buffer,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult>;

  /**
   * Deletes the record if it equals `expected`, and leaves a tombstone that names `successor`, for `seconds`. The outcome is also `done`
   * if a tombstone of the same kind with the same `to` is there already: the step was done before and is repeated. With any other
   * tombstone it is `gone`.
   */
  retire(
    id: string,
    expected: Buffer,
    successor: Successor,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult>;

  /**
   * Deletes the record, whatever it is. If there was a record and no tombstone, it leaves a tombstone of the kind `ended` for `seconds`. A
   * tombstone that is there already stays as it is. May be repeated.
   */
  delete(id: string, ending: Ending, seconds: number, deadline: Deadline): Promise<Deletion>;

  /**
   * Lists the ids that have a record: each at least once, in no order. Ids that are created or deleted meanwhile may or may not be
   * listed.
   */
  ids(): AsyncIterable<string>;

  /** Checks that the backend works. Never rejects. */
  health(deadline: Deadline): Promise<Health>;

  /** Closes the connections that the backend opened itself, and no others. Later operations reject. May be repeated. */
  close(): Promise<void>;
}
