// The contract of a backend: session ids to stored bytes, with the atomic steps that the save protocol is built from.
import type { Deadline } from "./deadline.ts";
import type { Mark } from "./tombstone.ts";

/** What lies under one id. Where there is a mark it rules, whatever the record says. */
export interface Entry {
  readonly record: Buffer | undefined;
  readonly mark: Mark | undefined;
}

/** What a conditional write found. */
export type WriteResult =
  /** The write was done. */
  | { readonly outcome: "done" }
  /** The record is not the expected one; this is what lies there. Nothing was written. */
  | { readonly outcome: "changed"; readonly record: Buffer }
  /** There is no record, or a mark rules over it. Nothing was written. */
  | { readonly outcome: "gone"; readonly mark: Mark | undefined };

/** Whether the backend answers: `latency` in seconds; `error` says why not. */
export type Health =
  | { readonly ok: true; readonly latency: number }
  | { readonly ok: false; readonly latency: number; readonly error: Error };

/**
 * Stores one record (opaque bytes with an expiry) and at most one mark for each id. Every method is one atomic step, seen by
 * all clients in one order, and costs one command. Missing is a result, never an error; a method rejects only when the
 * store is broken, with a `StoreUnavailableError` whose `outcome` is `"unknown"` if the step may have been taken. It never sends a
 * write twice by itself, and settles by the deadline. All times are in seconds; every stored record has an expiry.
 */
export interface Backend {
  /** What lies under `id` now. */
  get(id: string, deadline: Deadline): Promise<Entry>;

  /**
   * Like `get`, and raises the record's expiry to `seconds` from now; never lowers it, never creates. A mark is left alone, and
   * so is a record that lies under one.
   */
  touch(id: string, seconds: number, deadline: Deadline): Promise<Entry>;

  /**
   * Stores `record` under an id that has none; false, and nothing done, if there is one. Looks at no mark: ids are fresh, and a
   * record that is created under a mark is one that the mark rules over.
   */
  create(id: string, record: Uint8Array, seconds: number, deadline: Deadline): Promise<boolean>;

  /**
   * Stores `record` in place of `expected`, byte for byte; `undefined` expects any record, but still one.
   * Where a mark lies the result is `gone`.
   */
  replace(
    id: string,
    expected: Uint8Array | undefined,
    record: Uint8Array,
    seconds: number,
    deadline: Deadline,
  ): Promise<WriteResult>;

  /**
   * Deletes the record if it is `expected` and leaves `mark` (for `markSeconds`) in its place, in one step. `done` also where
   * exactly this mark lies there already: a repeated retirement.
   */
  retire(
    id: string,
    expected: Uint8Array,
    mark: Mark,
    markSeconds: number,
    deadline: Deadline,
  ): Promise<WriteResult>;

  /**
   * Deletes whatever record there is. If there was one and no mark, leaves a dead mark for `markSeconds`; a mark that is
   * there already stays. `mark` is the one that was there before. Idempotent: may be repeated.
   */
  delete(
    id: string,
    markSeconds: number,
    deadline: Deadline,
  ): Promise<{ readonly deleted: boolean; readonly mark: Mark | undefined }>;

  /** All ids with a record, each at least once, in no order; new and deleted ones may or may not be among them. */
  ids(): AsyncIterable<string>;

  /** Asks the store for a sign of life; resolves in any case. */
  health(deadline: Deadline): Promise<Health>;

  /** Ends the connections that the backend opened itself, and no others. Idempotent. */
  close(): Promise<void>;
}
