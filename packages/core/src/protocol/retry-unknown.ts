// Repetition of steps that may be taken twice, where the first answer was lost.
import type { Deadline } from "../backends/deadline.ts";
import { StoreUnavailableError } from "../errors.ts";

/** A connection that loses its answers this often within one operation is not coming back in time. */
const MAX_ATTEMPTS = 3;

/**
 * Takes an idempotent step again as long as it may have been taken but was not answered, until the deadline. A step that was
 * certainly never taken rejects at once; one that may have been rejects with `outcome: "unknown"`.
 */
export async function repeatUnanswered<Result>(
  deadline: Deadline,
  step: (repeated: boolean) => Promise<Result>,
): Promise<Result> {
  let unanswered: unknown;
  for (let attempt = 1; ; attempt++) {
    try {
      return await step(attempt > 1);
    } catch (error) {
      if (isUnanswered(error)) unanswered = error;
      if (!isUnanswered(error) || attempt === MAX_ATTEMPTS || deadline.remaining() === 0) {
        throw error instanceof StoreUnavailableError ? (unanswered ?? error) : error;
      }
    }
  }
}

/** Whether `error` leaves open if the write was done. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof StoreUnavailableError && error.outcome === "unknown";
}
