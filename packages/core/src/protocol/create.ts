// Creates a record under an id that was never used, and lists the session for its principal.
import type { Deadline } from "../backends/deadline.ts";
import { TOMBSTONE_SECONDS } from "../backends/tombstone.ts";
import type { Metadata } from "../changes/metadata.ts";
import { ConflictError, StoreUnavailableError } from "../errors.ts";
import { gone } from "./gone.ts";
import { list, unlist } from "./principals/listing.ts";
import type { ProtocolContext } from "./protocol-context.ts";
import { retryUnknown } from "./retry-unknown.ts";

/** A record as it is stored. */
export interface StoredRecord {
  readonly id: string;
  readonly record: Buffer;
}

/** An id that is not fresh: the caller chose it, or has handed it out. */
export interface GivenId {
  readonly id: string;
  /** True if an earlier create under it had no reply. */
  readonly isUncertain?: boolean;
}

/**
 * Stores `record` under a fresh id. If the reply is lost, it takes another id: the first record, if it was stored, is known to no browser
 * and expires.
 *
 * Under a given id nothing is sent twice: the first copy could be delivered after the session has ended and its tombstone has expired, and
 * would bring it back. If the reply is lost, it only looks whether the record is there.
 *
 * @throws SessionGoneError if a session under the given id has ended; ConflictError if there is another one
 */
function createRecord(
  { backend, newId }: ProtocolContext,
  record: Buffer,
  seconds: number,
  deadline: Deadline,
  given?: GivenId,
): Promise<StoredRecord> {
  return retryUnknown(deadline, async (isRepeated) => {
    const id = given?.id ?? newId();
    const isUncertain = given !== undefined && (isRepeated || given.isUncertain === true);
    if (isUncertain || !(await backend.create(id, record, seconds, deadline))) {
      const { record: present, tombstone } = await backend.get(id, deadline);
      if (tombstone) throw gone();
      // 256 random bits do not collide: the same bytes are this session's own.
      if (!present?.equals(record)) throw isUncertain ? unanswered() : conflict();
      return { id, record: present };
    }
    return { id, record };
  });
}

function unanswered(): StoreUnavailableError {
  return new StoreUnavailableError(
    "Redis did not reply when a session was created, and the command may still be carried out. It is not repeated under the same id. The client should try again: it gets another one.",
    { outcome: "unknown" },
  );
}

function conflict(): ConflictError {
  return new ConflictError(
    "There is another session under this new id. Generate ids with a secure random source.",
  );
}

/** What to create. */
export interface NewSession {
  /** The content, encoded. */
  readonly record: Buffer;
  readonly metadata: Metadata;
  readonly seconds: number;
  /** The id of the session of the same principal that goes on in it. */
  readonly inherits?: string | undefined;
  readonly given?: GivenId | undefined;
}

/** Creates the record of a session, and lists the session if it has a principal. No cookie may be sent before. */
export async function createListed(
  context: ProtocolContext,
  { record, metadata, seconds, inherits, given }: NewSession,
  deadline: Deadline,
): Promise<StoredRecord> {
  const created = await createRecord(context, record, seconds, deadline, given);
  try {
    await list(context, { id: created.id, metadata, seconds, inherits }, deadline);
  } catch (error) {
    await discard(context, created.id, metadata, deadline);
    throw error;
  }
  return created;
}

/** Deletes a new record that no browser knows. If that fails, the record expires. */
export async function discard(
  context: ProtocolContext,
  id: string,
  metadata: Metadata,
  deadline: Deadline,
): Promise<void> {
  const ending = { told: false, owned: false };
  await context.backend.delete(id, ending, TOMBSTONE_SECONDS, deadline).catch(() => undefined);
  await unlist(context, { ...metadata, ids: [id] }, deadline);
}
