// Keeps the index of principals up to date: lists a session when it becomes a principal's, and removes it when it has ended.
import type { Deadline } from "../../backends/deadline.ts";
import type { Admitted, Member } from "../../backends/principal-index.ts";
import type { Metadata } from "../../changes/metadata.ts";
import { publicIdOf, publish } from "../../diagnostics.ts";
import { SessionGoneError, SessionLimitError, StoreUnavailableError } from "../../errors.ts";
import { destroyChain } from "../destroy.ts";
import { timeOf } from "../lifetime.ts";
import type { ProtocolContext, RecordsSettings } from "../protocol-context.ts";
import { retryUnknown } from "../retry-unknown.ts";
import { findDead } from "./members.ts";

/** How long an index outlives the last session that it is sure to list. The longer, the less often a long session is listed again. */
const MARGIN_SECONDS = 30 * 86_400;

/** Dead members are looked for whenever an index has grown to a power of two from here on, so that each login costs the same on average. */
const PRUNED_SIZE = 16;

/** How a session came to be a principal's. */
export interface Listing {
  readonly id: string;
  readonly metadata: Metadata;
  /** The lifetime of its record. */
  readonly seconds: number;
  /** The id of the session of the same principal that goes on in it. */
  readonly inherits?: string | undefined;
}

/** A session to be removed from the index. */
export interface Unlisting {
  /** Undefined if it belonged to none, so that there is nothing to remove. */
  readonly principal?: string | undefined;
  /** Undefined if it is that of the id. */
  readonly publicId?: string | undefined;
  /** When the principal had logged in. A session that is listed with a later login since stays listed. */
  readonly authenticated?: number | undefined;
  /** The ids under which the session was listed. */
  readonly ids: readonly string[];
}

function memberOf(
  id: string,
  {
    publicId,
    authenticated,
  }: { readonly publicId?: string | undefined; readonly authenticated?: number | undefined },
): Member {
  // Of a session whose login was not seen here it is not known whether it was before the last bar.
  return { id, publicId: publicId ?? publicIdOf(id), at: authenticated ?? 0 };
}

/** How long to keep the index for a session whose record lives for `seconds`. */
export function indexSeconds(seconds: number): number {
  return seconds + MARGIN_SECONDS;
}

/** `metadata` with a note of how long the session is sure to be listed. The same object if that is long enough, or it has no principal. */
export function withListing(
  settings: RecordsSettings,
  metadata: Metadata,
  seconds: number,
): Metadata {
  const { principal, listed = 0 } = metadata;
  const now = timeOf(settings);
  if (principal === undefined || listed >= now + seconds) return metadata;
  return { ...metadata, listed: Math.floor(now + indexSeconds(seconds)) };
}

/**
 * Lists a session. Ends others of its principal if there are too many.
 *
 * @throws SessionGoneError if all sessions of the principal were ended since its login; SessionLimitError if it is one too many
 */
export async function list(
  context: ProtocolContext,
  { id, metadata, seconds, inherits }: Listing,
  deadline: Deadline,
): Promise<void> {
  const { principal } = metadata;
  if (principal === undefined) return;
  const { backend, settings } = context;
  const { limit, atLimit } = settings.sessionLimit;
  const member = memberOf(id, metadata);
  let without: readonly Member[] = [];
  for (;;) {
    const admission = { member, inherits, limit, without, seconds: indexSeconds(seconds) };
    const admitted: Admitted = await retryUnknown(deadline, () =>
      backend.admit(principal, admission, deadline),
    );
    if (admitted.outcome === "refused") throw allEnded();
    if (admitted.outcome === "admitted") {
      if (isDue(admitted.size)) await prune(context, principal, deadline);
      return;
    }
    if (deadline.remaining() === 0) throw alwaysFull();
    const { members } = admitted;
    without = await findDead(context, members, deadline);
    if (without.length > 0) continue;
    if (atLimit === "refuse") throw tooMany(limit);
    without = await evict(context, principal, surplus(members, member, limit), deadline);
  }
}

/** Whether the index has the same entry for a session with these metadata. */
export function isListedAs(one: Metadata, other: Metadata): boolean {
  return one.principal === other.principal && one.publicId === other.publicId;
}

/** Lists a session that is listed as one with the metadata `earlier`. @throws the errors of `list` */
export async function relist(
  context: ProtocolContext,
  earlier: Metadata,
  listing: Listing,
  deadline: Deadline,
): Promise<void> {
  if (!isListedAs(earlier, listing.metadata))
    await unlist(context, { ...earlier, ids: [listing.id] }, deadline);
  await list(context, listing, deadline);
}

/** Removes a session that has ended, or is another principal's now. If that fails, it is removed when the index is next read. */
export async function unlist(
  { backend }: ProtocolContext,
  { principal, publicId, authenticated, ids }: Unlisting,
  deadline: Deadline,
): Promise<void> {
  if (principal === undefined || ids.length === 0) return;
  const members = ids.map((id) => memberOf(id, { publicId, authenticated }));
  await backend.dismiss(principal, members, deadline).catch(() => undefined);
}

function isDue(size: number): boolean {
  return size >= PRUNED_SIZE && Number.isInteger(Math.log2(size));
}

/** The login has succeeded, so a failure here is left to the next reader. */
async function prune(
  context: ProtocolContext,
  principal: string,
  deadline: Deadline,
): Promise<void> {
  const { backend } = context;
  try {
    const dead = await findDead(context, await backend.members(principal, deadline), deadline);
    if (dead.length > 0) await backend.dismiss(principal, dead, deadline);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** The members of the sessions with the earliest logins that have to end so that one more fits in. */
function surplus(members: readonly Member[], { publicId }: Member, limit: number): Member[] {
  const others = members.filter((each) => each.publicId !== publicId);
  const sessions = [...new Set(others.map((each) => each.publicId))];
  const ending = new Set(sessions.slice(0, sessions.length - limit + 1));
  return others.filter((each) => ending.has(each.publicId));
}

async function evict(
  context: ProtocolContext,
  principal: string,
  members: readonly Member[],
  deadline: Deadline,
): Promise<readonly Member[]> {
  for (const { id, publicId } of members) {
    const ended = await destroyChain(context, id, { told: false, owned: true }, "all", deadline);
    if (ended.length === 0) continue;
    publish("capped", () => ({ publicId, principal }));
    publish("destroyed", () => ({ publicId, principal, by: "limit" }));
  }
  return members;
}

function allEnded(): SessionGoneError {
  return new SessionGoneError(
    "All sessions of the user were ended after this login began, so it was not stored. The user may log in again.",
  );
}

function tooMany(limit: number): SessionLimitError {
  return new SessionLimitError(
    `The user has ${limit} session${limit === 1 ? "" : "s"} already, as many as withMaxSessionsPerPrincipal allows, so this login was not stored. Tell the user to log out elsewhere, or end a session with store.principal(id).`,
  );
}

function alwaysFull(): StoreUnavailableError {
  return new StoreUnavailableError(
    "Other logins of the same user took each free place until the deadline. Nothing was stored: try again.",
  );
}
