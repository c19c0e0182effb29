// The move of a session to a fresh id, in an order in which a crash or a race leaves exactly one of the two alive, or none.
import type { Deadline } from "../backends/deadline.ts";
import { MARK_SECONDS } from "../backends/tombstone.ts";
import { ConflictError, SessionGoneError, StoreUnavailableError } from "../errors.ts";
import { createRecord, type StoredRecord } from "./create.ts";
import { hasContent } from "../changes/record-format.ts";
import type { RecordsContext } from "./protocol-context.ts";
import { repeatUnanswered } from "./retry-unknown.ts";

/** How to move. */
export interface Move {
  /** The new record, made of the old one as it is at the moment. */
  readonly build: (present: Buffer) => Buffer;
  /** The new id, where the caller has to choose it. */
  readonly id?: string | undefined;
  /** Seconds in which requests with the old id are led to the new one. */
  readonly grace: number;
  /** Lifetime of the new record in seconds. */
  readonly seconds: number;
}

/** A session that is stored nowhere begins under a new id, if there is anything in it. `view` is what there is. */
export async function begin(
  context: RecordsContext,
  view: Buffer,
  { build, id, seconds }: Move,
  deadline: Deadline,
): Promise<StoredRecord | undefined> {
  const record = build(view);
  if (!hasContent(context.format.decode(record))) return undefined;
  return createRecord(context, record, seconds, deadline, id);
}

/**
 * Creates the new record, then retires the old one if it is still what the new one was made of, leaving a mark that names the new
 * id; a write that came in between is taken over first. Rejects with SessionGoneError, and without a new record, where the old
 * one was ended meanwhile; a retirement that got no answer leaves both, for only one of them can be the session.
 */
export async function regenerate(
  context: RecordsContext,
  from: StoredRecord,
  { build, id, grace, seconds }: Move,
  deadline: Deadline,
): Promise<StoredRecord> {
  const { backend, settings } = context;
  const next = { ...(await createRecord(context, build(from.record), seconds, deadline, id)) };
  const mark = { to: next.id, until: grace === 0 ? 0 : Math.ceil(settings.now() + grace) };
  try {
    for (let present = from.record; ;) {
      const expected = present;
      const result = await repeatUnanswered(deadline, () =>
        backend.retire(from.id, expected, mark, MARK_SECONDS, deadline),
      );
      if (result.outcome === "done") return next;
      if (result.outcome === "gone") throw gone();
      if (deadline.remaining() === 0) throw neverQuiet();
      present = result.record;
      next.record = await rewrite(context, next, build(present), seconds, deadline);
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) await discard(context, next.id, deadline);
    throw error;
  }
}

/** Replaces the new record, which nobody else knows yet. */
async function rewrite(
  { backend }: RecordsContext,
  { id, record }: StoredRecord,
  rewritten: Buffer,
  seconds: number,
  deadline: Deadline,
): Promise<Buffer> {
  const result = await repeatUnanswered(deadline, () =>
    backend.replace(id, record, rewritten, seconds, deadline),
  );
  const done =
    result.outcome === "done" || (result.outcome === "changed" && result.record.equals(rewritten));
  if (!done) throw gone();
  return rewritten;
}

/** Deletes the new record of a move that failed. Where that fails too it stays, known to nobody, until it expires. */
async function discard({ backend }: RecordsContext, id: string, deadline: Deadline): Promise<void> {
  await backend.delete(id, MARK_SECONDS, deadline).catch(() => undefined);
}

function gone(): SessionGoneError {
  return new SessionGoneError(
    "The session ended while it was being regenerated; no new one was made. Load it again.",
  );
}

function neverQuiet(): ConflictError {
  return new ConflictError(
    "The session was changed by others all the time while it was being regenerated. It is unchanged under its old id: try again.",
  );
}
