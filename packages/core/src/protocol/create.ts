// The birth of a record: stored only where there is none, under an id that nobody knows yet.
import type { Deadline } from "../backends/deadline.ts";
import { ConflictError } from "../errors.ts";
import type { RecordsContext } from "./protocol-context.ts";
import { repeatUnanswered } from "./retry-unknown.ts";

/** A record as it is stored. */
export interface StoredRecord {
  readonly id: string;
  readonly record: Buffer;
}

/**
 * Stores `record` under a fresh id, or the given one. Where the answer was lost it takes another fresh id: the first one, if it
 * was stored after all, is known to nobody and expires.
 */
export async function createRecord(
  { backend, newId }: RecordsContext,
  record: Buffer,
  seconds: number,
  deadline: Deadline,
  given?: string,
): Promise<StoredRecord> {
  return repeatUnanswered(deadline, async () => {
    const id = given ?? newId();
    if (!(await backend.create(id, record, seconds, deadline))) {
      // 256 random bits do not collide: the command arrived twice, and the first one was done.
      const present = (await backend.get(id, deadline)).record;
      if (!present?.equals(record)) {
        throw new ConflictError(
          "There is a session under this new id already. Ids must come from a secure random source.",
        );
      }
    }
    return { id, record };
  });
}
