// What the operations of the save protocol share: the backend, the record format, and the settings.
import type { Backend } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { RecordFormat } from "../changes/record-format.ts";
import type { Concurrency, PrincipalOf, Renewal, SessionLimit } from "../options/option.ts";
import type { CommitQueue } from "./commit-queue.ts";

/** The resolved settings of records. Durations are in seconds. */
export interface RecordsSettings {
  /** The lifetime of a record. 0 means `defaultMaxAge`, for sessions that last until the browser closes. */
  readonly maxAge: number;
  readonly defaultMaxAge: number;
  /** The longest lifetime of a record without a principal. */
  readonly anonymousMaxAge: number;
  /** The longest life of a session since its login, or else since it began. */
  readonly absoluteTimeout: number;
  readonly sessionLimit: SessionLimit;
  readonly renewal: Renewal | undefined;
  /** Reads from the values whose session it is. */
  readonly principalOf: PrincipalOf | undefined;
  readonly operationTimeout: number;
  readonly concurrency: Concurrency;
  /** Unix seconds, with fractions. */
  readonly now: () => number;
}

export interface ProtocolContext {
  readonly backend: Backend;
  readonly format: RecordFormat;
  readonly queue: CommitQueue;
  readonly settings: RecordsSettings;
  /** Generates an id that was never used. */
  readonly newId: () => string;
  /** The deadline of an operation that starts now. */
  readonly deadline: () => Deadline;
}
