// The save protocol: a change goes on top of whatever is stored, in one conditional write, and follows a session that has moved.
import type { Deadline } from "../backends/deadline.ts";
import { ConflictError, SessionGoneError } from "../errors.ts";
import { applyChange, type Resolve } from "../changes/diff.ts";
import type { Applied } from "./commit-queue.ts";
import type { StoredRecord } from "./create.ts";
import { follow } from "./load.ts";
import type { Content, Values } from "../changes/record-format.ts";
import type { RecordsContext } from "./protocol-context.ts";
import type { Pending, WorkingCopy } from "../changes/working-copy.ts";

/** What is to be saved. */
export interface Save {
  readonly copy: WorkingCopy;
  /** What the request changed, if it changed anything. */
  readonly pending: Pending | undefined;
  /** What is to be done to the newest values, each time they turn out to be newer. */
  readonly update?: ((values: Values) => void) | undefined;
  readonly resolve?: Resolve | undefined;
  /** Lifetime of a record with this content, in seconds. */
  readonly seconds: (content: Content) => number;
}

/** Commits `save` on top of `base`, and gives the record as it is then, under the id it has then. */
export async function commitChange(
  context: RecordsContext,
  base: StoredRecord,
  save: Save,
  deadline: Deadline,
): Promise<StoredRecord> {
  const { queue, settings } = context;
  const overwrite = settings.concurrency === "overwrite" && save.update === undefined;
  const apply = merge(context, base.record, save, overwrite);
  for (let { id, record: known } = base; ;) {
    const committed = await queue.commit(id, {
      known,
      apply,
      overwrite,
      deadline,
    });
    if (committed.outcome === "done") return { id, record: committed.record };
    const { mark } = committed;
    const moved =
      mark?.to !== undefined && settings.now() < mark.until
        ? await follow(context, mark.to, deadline)
        : undefined;
    if (moved?.state !== "live") throw new SessionGoneError(GONE);
    ({ id, record: known } = moved);
  }
}

/** What a write to an ended session is told. */
export const GONE =
  "The session ended while this request used it (a logout, a new login or its expiry); the change was not stored. Answer 409, or call regenerate() to begin a new one.";

/** What a record becomes by this save; called again for each newer state of it. */
function merge(
  { format, settings }: RecordsContext,
  base: Buffer,
  { copy, pending, update, resolve, seconds }: Save,
  overwrite: boolean,
): (present: Buffer) => Applied {
  const encode = (content: Content): Applied => ({
    record: format.encode(content.values, content.metadata),
    seconds: seconds(content),
  });
  return (present) => {
    if (pending && settings.concurrency === "fail" && !present.equals(base)) throw conflict();
    if (pending && !update && copy.isBasedOn(present)) {
      return { record: format.limit(pending.view), seconds: seconds(copy) };
    }
    const content = format.decode(present);
    const change = pending?.change();
    const merged = change ? applyChange(content, change, resolve) : content;
    if (pending && overwrite) {
      // Whose session it is belongs to the store: a login that this save was led to is not overwritten.
      return encode({ values: format.decode(pending.view).values, metadata: merged.metadata });
    }
    if (!update) return encode(merged);
    // In values of its own: it may change what it is given, and is run again.
    const own = format.decode(format.encodeAnyLength(merged.values, merged.metadata));
    update(own.values);
    return encode(own);
  };
}

function conflict(): ConflictError {
  return new ConflictError(
    'Somebody else changed the session since it was loaded, and withConcurrency is "fail". Nothing was stored: load it again and repeat.',
  );
}
