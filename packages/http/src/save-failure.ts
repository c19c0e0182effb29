// What is thrown where several sessions are saved at once and some of them fail.
import { isRedistoreError } from "@redistore/core";
import type { Slot } from "./request-sessions.ts";

/** A session that could not be stored, and why. */
export interface SaveFailure {
  readonly slot: Slot;
  readonly error: unknown;
}

/**
 * One failure as it is; several as an AggregateError that names the sessions, with the `status` and `headers` of the gravest.
 * gorilla/sessions, Registry.Save, which gives them as MultiError.
 */
export function failureOf(failures: readonly SaveFailure[]): unknown {
  if (failures.length === 1) return failures[0]?.error;
  const list = failures.map(({ slot, error }) => `"${slot.name}" (${messageOf(error)})`).join(", ");
  const all = new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} sessions could not be stored: ${list}`,
  );
  const known = all.errors.filter(isRedistoreError);
  if (known.length < failures.length) return all;
  const [gravest] = known.toSorted((one, other) => (other.status ?? 500) - (one.status ?? 500));
  const { status, headers, expose } = gravest ?? {};
  return Object.assign(all, { status, headers, expose });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
