// From an id to the record that counts for it: the id's own, or that of the session it was regenerated into.
import type { Deadline } from "../backends/deadline.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { RecordsContext } from "./protocol-context.ts";
import { repeatUnanswered } from "./retry-unknown.ts";

/** `absent`: nobody knows the id (any more). `retired`: it was destroyed, or regenerated and its grace is over. */
export type Found =
  | { readonly state: "live"; readonly id: string; readonly record: Buffer }
  | { readonly state: "absent" | "retired" };

/** Reads what lies under `id`; a mark beats a record, and is followed as long as its grace lasts. */
export async function follow(
  { backend, settings }: RecordsContext,
  id: string,
  deadline: Deadline,
): Promise<Found> {
  for (let current = id; ;) {
    const { record, mark } = await backend.get(current, deadline);
    if (mark === undefined) {
      if (record) return { state: "live", id: current, record };
      return { state: current === id ? "absent" : "retired" };
    }
    if (mark.to === undefined || settings.now() >= mark.until) return { state: "retired" };
    current = mark.to;
    refuseEndlessMoves(deadline);
  }
}

/**
 * Ends the session under `id` and whatever it was regenerated into, also when that happened while this request was on its way.
 * True if there was anything to end. Repeats what got no reply: it is idempotent.
 */
export async function end(
  { backend }: RecordsContext,
  id: string,
  markSeconds: number,
  deadline: Deadline,
): Promise<boolean> {
  let ended = false;
  for (let current: string | undefined = id; current !== undefined;) {
    const { deleted, mark } = await repeatUnanswered(deadline, (repeated) => {
      const deletion = backend.delete(current as string, markSeconds, deadline);
      // The unanswered attempt may have been the one that deleted it; then only its mark tells.
      return repeated
        ? deletion.then((result) => ({
            ...result,
            deleted: result.deleted || result.mark !== undefined,
          }))
        : deletion;
    });
    ended ||= deleted;
    current = mark?.to;
    if (current !== undefined) refuseEndlessMoves(deadline);
  }
  return ended;
}

/** A session may have moved any number of times, but what takes all the time there is goes round in circles. */
function refuseEndlessMoves(deadline: Deadline): void {
  if (deadline.remaining() > 0) return;
  throw new StoreUnavailableError(
    "The session has moved from id to id until the deadline. Regenerate it less often, or raise withOperationTimeout.",
  );
}
