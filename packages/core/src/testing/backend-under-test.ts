// What the suites of the backend contract share: the backend of one test, and sample records and tombstones.
import type { Backend, Entry } from "../backends/backend.ts";
import { Deadline } from "../backends/deadline.ts";
import type { Ending, Successor, Tombstone } from "../backends/tombstone.ts";

/** An empty backend for one test, and what the test can do to it. */
export interface BackendUnderTest {
  readonly backend: Backend;
  /** Lets `seconds` pass for everything that is stored, so that records and tombstones expire. */
  elapse(seconds: number): Promise<void>;
  /**
   * Stores a record as another program does, which knows no tombstones (Go): in any case, over whatever is there. Left out if no other
   * program can write to the backend.
   */
  write?(id: string, record: Buffer, seconds: number): Promise<void>;
  /** Removes what the test stored. The backend is closed by then. */
  dispose?(): Promise<void>;
}

/** Runs one test on a backend of its own. */
export type OnBackend = (
  test: (
    backend: Backend,
    elapse: BackendUnderTest["elapse"],
    write: BackendUnderTest["write"],
  ) => Promise<void>,
) => () => Promise<void>;

export const A_RECORD: Buffer = Buffer.from("a record");
export const ANOTHER: Buffer = Buffer.from("another record");
/** Not valid UTF-8, and with zeros: no backend may treat records as text. */
export const RAW: Buffer = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));

export const NOTHING: Entry = { record: undefined, tombstone: undefined };

/** What a logout leaves, and what the end of a session by others leaves. */
export const LOGOUT: Ending = { told: true, owned: true };
export const REVOCATION: Ending = { told: false, owned: false };
/** What a renewal leaves, and a login. */
export const TO_B: Successor = { kind: "renewed", to: "b", grace: 60, told: true, owned: true };
export const TO_C: Successor = { kind: "login", to: "c", grace: 0, told: true, owned: false };

/** A deadline that no test reaches. */
export function soon(): Deadline {
  return new Deadline(10);
}

/** The tombstone without its time. */
export function undated(tombstone: Tombstone | undefined): unknown {
  if (!tombstone) return undefined;
  const { at: _, ...rest } = tombstone;
  return rest;
}
