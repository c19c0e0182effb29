// Repeats idempotent steps whose reply was lost.
import type { Deadline } from "../backends/deadline.ts";
import { StoreUnavailableError } from "../errors.ts";

/** A connection that loses this many replies within one operation will not recover in time. */
const MAX_ATTEMPTS = 3;

/**
 * Runs an idempotent step, and again if its reply was lost, until the deadline. A step that was certainly not done rejects at once. If any
 * attempt may have been done, the rejection has `outcome: "unknown"`.
 */
export async function retryUnknown<Result>(
  deadline: Deadline,
  step: (isRepeated: boolean) => Promise<Result>,
): Promise<Result> {
  let unknown: unknown;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step(attempt > 1);
    } catch (error) {
      if (isUnknown(error)) unknown = error;
      if (!isUnknown(error) || attempt === MAX_ATTEMPTS || deadline.remaining() === 0) {
        throw error instanceof StoreUnavailableError ? (unknown ?? error) : error;
      }
    }
  }
}

/** Whether `error` leaves open if the write was done. */
export function isUnknown(error: unknown): boolean {
  return error instanceof StoreUnavailableError && error.outcome === "unknown";
}
