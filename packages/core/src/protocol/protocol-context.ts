// What the operations of the save protocol share: the backend, the record format, and the settings.
import type { Backend } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { Metadata } from "../changes/metadata.ts";
import type { RecordFormat } from "../changes/record-format.ts";
import type { Concurrency } from "../options/option.ts";
import type { CommitQueue } from "./commit-queue.ts";

/** The resolved settings of records. Durations are in seconds. */
export interface RecordsSettings {
  /** The lifetime of a record. 0 means `defaultMaxAge`, for sessions that last until the browser closes. */
  readonly maxAge: number;
  readonly defaultMaxAge: number;
  /** The longest lifetime of a record without a principal. */
  readonly anonymousMaxAge: number;
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

/** `seconds`, or the longest lifetime of a record without a principal if these metadata name none and it is shorter. */
export function capAnonymous(
  { anonymousMaxAge }: RecordsSettings,
  { principal }: Metadata,
  seconds: number,
): number {
  return principal === undefined ? Math.min(seconds, anonymousMaxAge) : seconds;
}
