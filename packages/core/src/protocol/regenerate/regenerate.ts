// Gives a session a new id. In any race or crash at most one of the two ids is alive, and no write that was acknowledged is lost.
import type { Deadline } from "../../backends/deadline.ts";
import { TOMBSTONE_SECONDS } from "../../backends/tombstone.ts";
import { hasContent, type Content } from "../../changes/record-format.ts";
import { ConflictError, SessionGoneError, StoreUnavailableError } from "../../errors.ts";
import {
  createListed,
  discard,
  type GivenId,
  type NewSession,
  type StoredRecord,
} from "../create.ts";
import { destroyChain } from "../destroy.ts";
import { isOwnOnly, type KeptFrom, keptOf, knownOf, ownOf } from "./kept-content.ts";
import { leadOn, leads, type LiveRecord } from "../load.ts";
import { isListedAs, relist, unlist } from "../principals/listing.ts";
import type { ProtocolContext } from "../protocol-context.ts";
import { retryUnknown } from "../retry-unknown.ts";

/** One call of regenerate() on the session of one request. */
export interface RegenerateStep extends KeptFrom {
  /** Whether the session that the request came with has ended. */
  readonly hasEnded: boolean;
  /** Whether the session, or the ended one that the request came with, belongs to a principal. */
  readonly owned: boolean;
  /** The lifetime in seconds of a new record with this content. */
  readonly seconds: (content: Content) => number;
  /** The new id, if the caller chooses it. */
  readonly given: GivenId | undefined;
}

export type Regenerated =
  /** The session goes on under a new id. `content` is the part of it that the request knows. */
  | { readonly outcome: "carried"; readonly record: StoredRecord; readonly content: Content }
  /** A new session began, with nothing of the old one. */
  | { readonly outcome: "begun"; readonly record: StoredRecord; readonly content: Content }
  /** Nothing of the old session goes on, and the request set nothing, so nothing is stored. */
  | { readonly outcome: "nothing"; readonly content: Content }
  /** Only for a renewal: another request has renewed the session. */
  | { readonly outcome: "led-on"; readonly record: LiveRecord }
  /** Only for a renewal: the session has ended. */
  | { readonly outcome: "ended" };

/** @throws SessionGoneError if the session of a principal has ended, and this is not a login */
export async function regenerate(
  context: ProtocolContext,
  live: LiveRecord | undefined,
  step: RegenerateStep,
  deadline: Deadline,
): Promise<Regenerated> {
  const { principal, keep, grace = 0 } = step.options;
  if (!live) return beginAnew(context, step, deadline);
  const isLogin = principal !== undefined;
  if (live.ledOn && grace > 0) return { outcome: "led-on", record: live };
  // The old id of a renewed session may be stolen: it must not take the session along, nor its data.
  if (live.ledOn && !isLogin && keep !== false) return beginAnew(context, step, deadline);
  if (keep === false || isOwnOnly(live, step)) return replace(context, live, step, deadline);
  return carry(context, live, step, deadline);
}

/** Begins a new session in place of one that is not stored or has ended. */
async function beginAnew(
  context: ProtocolContext,
  step: RegenerateStep,
  deadline: Deadline,
): Promise<Regenerated> {
  const { principal, keep, grace = 0 } = step.options;
  if (step.hasEnded && grace > 0) return { outcome: "ended" };
  if (step.owned && principal === undefined && keep !== false) throw userSessionGone();
  const content = ownOf(undefined, step);
  if (!hasContent(content)) return { outcome: "nothing", content };
  const record = await createListed(context, newSession(context, content, step), deadline);
  return { outcome: "begun", record, content };
}

/**
 * Stores a new session and ends the old one, of which nothing goes along. The tombstone does not name the new session, so a request that comes
 * with the old id cannot end it.
 */
async function replace(
  context: ProtocolContext,
  live: LiveRecord,
  step: RegenerateStep,
  deadline: Deadline,
): Promise<Regenerated> {
  const content = ownOf(live, step);
  const record = await createListed(context, newSession(context, content, step), deadline);
  try {
    const ending = { told: true, owned: step.owned };
    const ended = await destroyChain(context, live.id, ending, "renewed", deadline);
    await unlist(context, { ...step.copy.metadata, ids: ended }, deadline);
  } catch (error) {
    await discard(context, record.id, content.metadata, deadline);
    throw error;
  }
  return { outcome: "begun", record, content };
}

/**
 * Stores the new record, then retires the old one if it is still what the new one was made of; a write that came in between is merged
 * first. If the reply to the retirement is lost, the new record stays: it may be the only one.
 */
async function carry(
  context: ProtocolContext,
  live: LiveRecord,
  step: RegenerateStep,
  deadline: Deadline,
): Promise<Regenerated> {
  const { format } = context;
  const { grace = 0 } = step.options;
  const content = knownOf(format, live, step);
  const seconds = step.seconds(content);
  let kept = keptOf(format, live, step);
  const begun = newSession(context, kept, step, inheritsFrom(context, live, kept));
  const next = { ...(await createListed(context, begun, deadline)) };
  try {
    for (let old = live; ;) {
      const result = await retire(context, old, next.id, step, seconds, deadline);
      if (result.outcome === "done") {
        await unlist(context, { ...format.decode(old.record).metadata, ids: [old.id] }, deadline);
        return { outcome: "carried", record: next, content };
      }
      if (result.outcome === "changed") {
        old = { ...old, record: result.record };
      } else {
        const renewed =
          !old.ledOn && leads(result.tombstone)
            ? await leadOn(context, result.tombstone, deadline)
            : undefined;
        if (renewed?.state !== "live")
          return await afterEnd(context, live, { ...next, ...kept }, step, deadline);
        if (grace > 0) {
          await discard(context, next.id, kept.metadata, deadline);
          return { outcome: "led-on", record: renewed };
        }
        old = renewed;
      }
      if (deadline.remaining() === 0) throw alwaysChanged();
      const earlier = kept.metadata;
      kept = keptOf(format, old, step);
      const rewritten = format.encode(kept.values, kept.metadata);
      next.record = await rewrite(context, next, rewritten, seconds, deadline);
      const inherits = inheritsFrom(context, old, kept);
      const listing = { id: next.id, metadata: kept.metadata, seconds, inherits };
      if (!isListedAs(earlier, kept.metadata)) await relist(context, earlier, listing, deadline);
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailableError))
      await discard(context, next.id, kept.metadata, deadline);
    throw error;
  }
}

/**
 * Goes on after the retirement found that the session has ended. `next` was made of it, and is known to no browser.
 */
async function afterEnd(
  context: ProtocolContext,
  live: LiveRecord,
  next: StoredRecord & Content,
  step: RegenerateStep,
  deadline: Deadline,
): Promise<Regenerated> {
  const { principal, grace = 0 } = step.options;
  const content = ownOf(live, step);
  if (grace === 0 && step.owned && principal === undefined) throw userSessionGone();
  if (grace > 0 || !hasContent(content)) {
    await discard(context, next.id, next.metadata, deadline);
    return grace > 0 ? { outcome: "ended" } : { outcome: "nothing", content };
  }
  const { record: bytes, metadata, seconds } = newSession(context, content, step);
  const record = await rewrite(context, next, bytes, seconds, deadline);
  // It was let in because the old session was listed. Now it has to be let in by its own login.
  await relist(context, next.metadata, { id: next.id, metadata, seconds }, deadline);
  return { outcome: "begun", record: { id: next.id, record }, content };
}

function newSession(
  { format }: ProtocolContext,
  content: Content,
  step: RegenerateStep,
  inherits?: string,
): NewSession {
  const { values, metadata } = content;
  const record = format.encode(values, metadata);
  return { record, metadata, seconds: step.seconds(content), inherits, given: step.given };
}

/** The id of the old session if the new one is the same principal's. */
function inheritsFrom(
  { format }: ProtocolContext,
  { id, record }: StoredRecord,
  { metadata }: Content,
): string | undefined {
  return format.decode(record).metadata.principal === metadata.principal ? id : undefined;
}

function retire(
  { backend }: ProtocolContext,
  old: StoredRecord,
  to: string,
  { options, owned }: RegenerateStep,
  seconds: number,
  deadline: Deadline,
): ReturnType<typeof backend.retire> {
  const { principal, grace = 0 } = options;
  const kind = principal === undefined ? "renewed" : "login";
  const successor = { kind, to, grace, told: true, owned } as const;
  // A request with the old id is led on until the browser has used the new one, however late that is.
  const lifetime = grace > 0 ? Math.max(TOMBSTONE_SECONDS, seconds) : TOMBSTONE_SECONDS;
  return retryUnknown(deadline, () =>
    backend.retire(old.id, old.record, successor, lifetime, deadline),
  );
}

/** Replaces the new record, which no other request knows yet. */
async function rewrite(
  { backend }: ProtocolContext,
  { id, record }: StoredRecord,
  rewritten: Buffer,
  seconds: number,
  deadline: Deadline,
): Promise<Buffer> {
  const result = await retryUnknown(deadline, () =>
    backend.replace(id, record, rewritten, seconds, deadline),
  );
  const isDone =
    result.outcome === "done" || (result.outcome === "changed" && result.record.equals(rewritten));
  if (!isDone) throw userSessionGone();
  // Of an attempt whose reply was lost, the buffer that the backend returned is the stored one.
  return result.outcome === "changed" ? result.record : rewritten;
}

function userSessionGone(): SessionGoneError {
  return new SessionGoneError(
    "The session ended before it could be regenerated, and it belonged to a user, so no new one was made. Respond with 409; for a login, name the user as principal.",
  );
}

function alwaysChanged(): ConflictError {
  return new ConflictError(
    "Other requests changed the session again and again while it was being regenerated. It is unchanged under its old id: try again.",
  );
}
