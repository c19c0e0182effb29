// The other steps of the save protocol for the session of one request: to read it again, touch it, end it, and move it to a new id.
import type { Deadline } from "../backends/deadline.ts";
import type { Content } from "../changes/record-format.ts";
import { publish } from "../diagnostics.ts";
import { destroyChain } from "./destroy.ts";
import { gone } from "./gone.ts";
import { timeOf, withBeginning } from "./lifetime.ts";
import { leadOn, leads, load, type LiveRecord } from "./load.ts";
import { unlist } from "./principals/listing.ts";
import { namedPrincipal } from "./principals/named.ts";
import { regenerate } from "./regenerate/regenerate.ts";
import { checkRegeneration, type Regeneration } from "./regenerate/regeneration.ts";
import { save } from "./save.ts";
import type { SessionInUse } from "./session-in-use.ts";

/** Replaces the values of the copy by the stored ones. @throws SessionGoneError */
export async function reload(session: SessionInUse, deadline: Deadline): Promise<void> {
  const { copy, location } = session;
  if (location.state === "new") return copy.clear();
  const live = await loadAgain(session, deadline);
  copy.replaceWith(live.record);
  session.moveTo(live);
}

/** Raises the expiry of a session that is stored. @throws SessionGoneError */
export async function touch(session: SessionInUse, deadline: Deadline): Promise<void> {
  const { context, location } = session;
  const { live } = location;
  if (location.state === "new") return;
  if (!live) throw gone();
  const { backend } = context;
  const { record, tombstone } = await backend.touch(live.id, session.seconds(), deadline);
  if (record && !tombstone) return;
  const next =
    !live.ledOn && leads(tombstone) ? await leadOn(context, tombstone, deadline) : undefined;
  if (next?.state !== "live") {
    location.markGone(session.isOwned);
    throw gone();
  }
  // The base stays what this request loaded: changes of others in the new record are still to be merged.
  location.moveTo({ ...next, record: live.record });
  await backend.touch(next.id, session.seconds(), deadline);
}

/** Ends the session, wherever it has moved. Resolves with whether anything ended. */
export async function destroy(session: SessionInUse, deadline: Deadline): Promise<boolean> {
  const { context, copy, location, publicId, event } = session;
  const target = location.destroyable;
  const ending = { told: true, owned: session.isOwned };
  const ended = target
    ? await destroyChain(context, target.id, ending, target.following, deadline)
    : [];
  await unlist(context, { ...copy.metadata, publicId, ids: ended }, deadline);
  if (ended.length > 0) publish("destroyed", () => ({ ...event, by: "logout" }));
  // The next session of this request has nothing to do with the principal.
  if (location.state !== "new") location.markGone(false);
  copy.clear();
  return ended.length > 0;
}

/** Moves the session to a fresh id, or to `id`. Resolves with whether its data went along. */
export async function move(
  session: SessionInUse,
  deadline: Deadline,
  given: Regeneration,
  id?: string,
): Promise<boolean> {
  checkRegeneration(given);
  const options = withOtherUser(session, given);
  const { context, copy, location, isOwned: owned } = session;
  const { live } = location;
  const pending = copy.pending();
  const capture = pending ?? copy.capture();
  const at = timeOf(context.settings);
  const complete = ({ values, metadata }: Content): Content => {
    const begun = withBeginning(context.settings, metadata, at);
    return { values, metadata: session.withListing({ values, metadata: begun }) };
  };
  const step = {
    copy,
    pending,
    bytes: capture.bytes,
    options,
    at,
    owned,
    complete,
    hasEnded: location.state === "gone",
    seconds: (content: Content): number => session.seconds(content),
    given: id === undefined ? undefined : { id },
  };
  const result = await regenerate(context, live, step, deadline).catch((error: unknown) =>
    session.noteFailure(error, capture),
  );
  if (result.outcome === "carried" || result.outcome === "begun") {
    copy.rebaseOnNew(result.content, capture);
    location.moveTo({ state: "live", ...result.record });
    publishMove(session, live !== undefined, options);
  } else if (result.outcome === "nothing") {
    copy.rebaseOnNew(result.content, capture);
    location.leave(id);
  } else if (result.outcome === "led-on") {
    location.moveTo({ ...result.record, record: live?.record ?? result.record.record });
    await save(session, deadline);
  } else {
    location.markGone(owned);
    if (pending) throw gone();
  }
  return result.outcome === "carried" || result.outcome === "led-on";
}

/** If the values name another user than that of the session, it is a login of that user, as it is for a save. */
function withOtherUser({ context, copy }: SessionInUse, given: Regeneration): Regeneration {
  const { principal: present } = copy.metadata;
  const { principal, keep, grace = 0 } = given;
  if (present === undefined || principal !== undefined || keep !== undefined || grace > 0)
    return given;
  const named = namedPrincipal(context.settings, copy.values);
  return named === undefined || named === present ? given : { ...given, principal: named };
}

function publishMove(
  session: SessionInUse,
  isMoved: boolean,
  { principal, grace = 0 }: Regeneration,
): void {
  if (grace > 0) return publish("renewed", () => session.event);
  if (!isMoved) publish("created", () => session.event);
  if (isMoved || principal !== undefined)
    publish("regenerated", () => ({ ...session.event, login: principal !== undefined }));
}

/** The session as it is stored now, also under a new id during its grace period. */
async function loadAgain(
  { context, location, isOwned }: SessionInUse,
  deadline: Deadline,
): Promise<LiveRecord> {
  const { live } = location;
  const found = live && (await load(context, live.id, deadline));
  if (found?.state === "live" && !(live?.ledOn && found.ledOn)) {
    return live?.ledOn ? { ...found, ledOn: live.ledOn } : found;
  }
  if (live) location.markGone(isOwned);
  throw gone();
}
