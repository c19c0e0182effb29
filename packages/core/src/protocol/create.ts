// Creates a record under an id that was never used.
import type { Deadline } from "../backends/deadline.ts";
import { hasContent } from "../changes/record-format.ts";
import { ConflictError } from "../errors.ts";
import { gone } from "./gone.ts";
import type { ProtocolContext } from "./protocol-context.ts";
import { retryUnknown } from "./retry-unknown.ts";

/** A record as it is stored. */
export interface StoredRecord {
  readonly id: string;
  readonly record: Buffer;
}

/**
 * Stores `record` under a fresh id. If the reply is lost, it takes another id: the first record, if it was stored, is known to no browser
 * and expires.
 *
 * @param given the id to use, if the caller has chosen one or handed it out. It is kept if the reply is lost: a record with the same
 * bytes under it is then the caller's own.
 * @throws SessionGoneError if a session under the given id has ended; ConflictError if there is another one
 */
export async function createRecord(
  { backend, newId }: ProtocolContext,
  record: Buffer,
  seconds: number,
  deadline: Deadline,
  given?: string,
): Promise<StoredRecord> {
  return retryUnknown(deadline, async () => {
    const id = given ?? newId();
    if (!(await backend.create(id, record, seconds, deadline))) {
      // 256 random bits do not collide: the command was delivered twice, or this is a repetition.
      const { record: present, tombstone } = await backend.get(id, deadline);
      if (tombstone) throw gone();
      if (!present?.equals(record)) {
        throw new ConflictError(
          "There is another session under this new id. Generate ids with a secure random source.",
        );
      }
    }
    return { id, record };
  });
}

/** Like {@link createRecord}, but stores nothing if the record has no content. */
export async function createIfAny(
  context: ProtocolContext,
  record: Buffer,
  seconds: number,
  deadline: Deadline,
  given?: string,
): Promise<StoredRecord | undefined> {
  if (!hasContent(context.format.decode(record))) return undefined;
  return createRecord(context, record, seconds, deadline, given);
}
