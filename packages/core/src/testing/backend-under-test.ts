// What the backend suites share: the subject of a test, how a test gets it, and the records it stores.
import type { Backend } from "../backends/backend.ts";
import { Deadline } from "../backends/deadline.ts";

/** An empty backend, and the means to make time pass for it. */
export interface BackendUnderTest {
  readonly backend: Backend;
  /** Lets this many seconds pass for everything stored; what ends meanwhile has to be gone. */
  elapse(seconds: number): Promise<void>;
  /** Undoes what `open` did; the backend is closed already. */
  dispose?(): Promise<void>;
}

/** Runs one test on a backend of its own. */
export type WithBackend = (
  test: (backend: Backend, elapse: (seconds: number) => Promise<void>) => Promise<void>,
) => () => Promise<void>;

export const A_RECORD: Buffer = Buffer.from("a record");
export const ANOTHER: Buffer = Buffer.from("another record");
/** Not UTF-8, and with zeros in it: nothing may take records for text. */
export const RAW: Buffer = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));

/** A deadline that no test meets. */
export function soon(): Deadline {
  return new Deadline(10);
}
