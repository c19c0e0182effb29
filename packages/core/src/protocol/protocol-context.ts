// What the parts of the records layer share: the backend, the format, the settings, and whom to tell.
import type { Backend } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { Concurrency } from "../options/option.ts";
import type { CommitQueue } from "./commit-queue.ts";
import type { RecordFormat } from "../changes/record-format.ts";

/** Settings of the records layer, all resolved. Durations are in seconds. */
export interface RecordsSettings {
  /** Lifetime of a record; 0 takes `defaultMaxAge`, which is for sessions that end with the browser. */
  readonly maxAge: number;
  readonly defaultMaxAge: number;
  readonly operationTimeout: number;
  readonly concurrency: Concurrency;
  /** Unix seconds. */
  readonly now: () => number;
}

export interface RecordsContext {
  readonly backend: Backend;
  readonly format: RecordFormat;
  readonly queue: CommitQueue;
  readonly settings: RecordsSettings;
  /** An id that was never used. */
  readonly newId: () => string;
  /** The deadline of an operation that begins now. */
  readonly deadline: () => Deadline;
}
