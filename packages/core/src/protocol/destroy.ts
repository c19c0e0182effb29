// Ends a session, and the sessions in which it goes on under other ids.
import type { Deadline } from "../backends/deadline.ts";
import { TOMBSTONE_SECONDS, type Ending, type Tombstone } from "../backends/tombstone.ts";
import { StoreUnavailableError } from "../errors.ts";
import type { ProtocolContext } from "./protocol-context.ts";
import { retryUnknown } from "./retry-unknown.ts";

/**
 * Which tombstones a deletion follows to the successor. `all`: the request had loaded the session before it ended, or an operator ends
 * it. `renewed`: the request came with the old id; it may end the same session under its new id, but not a login that came after it.
 */
export type Following = "all" | "renewed";

/**
 * Ends the session under `id`, which `ending` describes, and its successors. Returns the ids that had a session. It is idempotent: if a reply
 * is lost, the deletion is repeated.
 */
export async function destroyChain(
  { backend }: ProtocolContext,
  id: string,
  ending: Ending,
  following: Following,
  deadline: Deadline,
): Promise<readonly string[]> {
  const ended: string[] = [];
  let { owned } = ending;
  for (let current: string | undefined = id; current !== undefined;) {
    const { deleted, tombstone } = await retryUnknown(deadline, async (isRepeated) => {
      const own = { told: ending.told, owned };
      const deletion = await backend.delete(current as string, own, TOMBSTONE_SECONDS, deadline);
      // If the attempt without a reply deleted the record, only its tombstone shows it.
      const isOwn = isRepeated && deletion.tombstone !== undefined;
      return isOwn ? { ...deletion, deleted: true } : deletion;
    });
    if (deleted) ended.push(current);
    current = successorOf(tombstone, following);
    // A session that a login took over is a user's, whatever it was before.
    owned = tombstone?.kind === "login" || tombstone?.owned === true;
    if (current !== undefined && deadline.remaining() === 0) throw endless();
  }
  return ended;
}

function successorOf(tombstone: Tombstone | undefined, following: Following): string | undefined {
  if (!tombstone || tombstone.kind === "ended") return undefined;
  return following === "all" || tombstone.kind === "renewed" ? tombstone.to : undefined;
}

/** A chain of regenerations that uses up the deadline is treated as a cycle. */
function endless(): StoreUnavailableError {
  return new StoreUnavailableError(
    "The session was regenerated so often that its last id was not reached before the deadline. Regenerate it less often, or raise withOperationTimeout.",
  );
}
