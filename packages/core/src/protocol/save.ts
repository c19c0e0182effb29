// Stores what one request changed: merged into the stored session, or in a new one.
import type { Deadline } from "../backends/deadline.ts";
import { deleteAllBut } from "../changes/merge.ts";
import { mergeMetadata } from "../changes/metadata.ts";
import { hasContent, type Content, type Values } from "../changes/record-format.ts";
import type { Capture, PendingChange } from "../changes/working-copy.ts";
import { publish } from "../diagnostics.ts";
import { SessionGoneError } from "../errors.ts";
import { commitChange } from "./commit.ts";
import { createListed } from "./create.ts";
import { destroyChain } from "./destroy.ts";
import { gone } from "./gone.ts";
import type { LiveRecord } from "./load.ts";
import { listBefore, unlistAfter } from "./principals/listed-save.ts";
import { list } from "./principals/listing.ts";
import { updateNaming } from "./principals/named.ts";
import { isUnknown } from "./retry-unknown.ts";
import type { SessionInUse } from "./session-in-use.ts";

type Update = (values: Values) => void;

/** Stores pending changes and those of `update`. Returns whether there was anything to store. */
export async function save(
  session: SessionInUse,
  deadline: Deadline,
  update?: Update,
): Promise<boolean> {
  const { context, copy, location } = session;
  const { live } = location;
  if (!update && !copy.isChanged()) return false;
  const before = copy.metadata;
  const after = session.completed();
  copy.metadata = after;
  if (!live) {
    return update ? createUpdated(session, update, deadline) : create(session, deadline);
  }
  const step = { id: live.id, before, after, seconds: session.seconds() };
  // Whose session it was: the next save has to list it, and to leave the values of another user behind.
  const undo = (error: unknown): never => {
    copy.metadata = mergeMetadata(after, copy.metadata, before);
    return session.noteGone(error);
  };
  const isListed = await listBefore(context, step, deadline).catch(undo);
  try {
    const { principal: earlier } = before;
    const result = await saveStored(session, live, earlier, deadline, update).catch(undo);
    const committed = result !== "nothing";
    const { principal } = copy.metadata;
    if (!committed && isListed) await unlistAfter(context, step, after, deadline);
    const isElsewhere = location.storedId !== step.id;
    // Another request may have made it another principal's meanwhile, and removed it from the index of this one.
    const mayBeUnlisted = isListed && committed && (isElsewhere || result === "merged");
    if (mayBeUnlisted || (update && principal !== after.principal))
      await listSaved(session, deadline);
    if (before.principal !== principal) await unlistAfter(context, step, before, deadline);
    return committed;
  } catch (error) {
    if (isListed && error instanceof SessionGoneError)
      await unlistAfter(context, step, after, deadline);
    throw error;
  }
}

/** Commits the change of a stored session that was the principal's `earlier`. Returns whether it was merged with other changes. */
async function saveStored(
  session: SessionInUse,
  live: LiveRecord,
  earlier: string | undefined,
  deadline: Deadline,
  update?: Update,
): Promise<"nothing" | "as it is" | "merged"> {
  const { copy } = session;
  const pending = copy.pending();
  const capture = pending ?? copy.capture();
  const { principal } = copy.metadata;
  const isAnother = earlier !== undefined && principal !== undefined && principal !== earlier;
  const whole = isAnother ? onlyOwn(session, capture, pending, update) : update;
  const committed = await commit(session, live, pending, capture, deadline, whole);
  if (!committed) return "nothing";
  if (whole) copy.replaceWith(committed.record, capture);
  session.moveTo(committed);
  return committed.record === pending?.bytes ? "as it is" : "merged";
}

/** Commits to the record `live`. Undefined if the session has ended, and the change was only to remove values. */
async function commit(
  session: SessionInUse,
  live: LiveRecord,
  pending: PendingChange | undefined,
  capture: Capture,
  deadline: Deadline,
  update?: Update,
): Promise<LiveRecord | undefined> {
  const { context, copy, location, rules } = session;
  const seconds = (content: Content): number => session.seconds(content);
  const { resolve, incidentalKeys } = rules;
  const change = { copy, pending, update, resolve, incidentalKeys, seconds };
  try {
    const committed = await commitChange(context, live, change, deadline);
    if (!committed) location.markGone(session.isOwned);
    if (!update) copy.settle(capture);
    return committed;
  } catch (error) {
    return session.noteFailure(error, capture);
  }
}

async function create(session: SessionInUse, deadline: Deadline): Promise<boolean> {
  const { context, copy } = session;
  const capture = copy.capture();
  await createRecord(session, context.format.limit(capture.bytes), copy, deadline);
  copy.settle(capture);
  session.noteNamed();
  publish("created", () => session.event);
  return true;
}

async function createUpdated(
  session: SessionInUse,
  update: Update,
  deadline: Deadline,
): Promise<boolean> {
  const { context, copy, location } = session;
  if (location.state === "gone") throw gone();
  const { format } = context;
  const capture = copy.capture();
  const content = format.decode(capture.bytes);
  const { values } = content;
  const named = updateNaming(context.settings, content, update);
  const metadata = session.withListing({ values, metadata: named });
  const record = format.encode(values, metadata);
  const isContent = hasContent({ values, metadata });
  if (isContent) await createRecord(session, record, { values, metadata }, deadline);
  copy.replaceWith(record, capture);
  session.noteNamed();
  if (isContent) publish("created", () => session.event);
  return isContent;
}

async function createRecord(
  session: SessionInUse,
  record: Buffer,
  content: Content,
  deadline: Deadline,
): Promise<void> {
  const { context, location } = session;
  if (location.state === "gone") throw gone();
  const given = location.takeId();
  const { metadata } = content;
  const begun = { record, metadata, seconds: session.seconds(content), given };
  try {
    const created = await createListed(context, begun, deadline);
    location.moveTo({ state: "live", ...created });
  } catch (error) {
    if (given && isUnknown(error)) location.markUncertain();
    throw error;
  }
}

/** Lists a session that is a principal's by an update, under an id that it got meanwhile, or in a record that was merged. If it is not let in, it ends. */
async function listSaved(session: SessionInUse, deadline: Deadline): Promise<void> {
  const { context, copy, location } = session;
  const { metadata } = copy;
  const { storedId: id } = location;
  try {
    await list(context, { id, metadata, seconds: session.seconds() }, deadline);
  } catch (error) {
    await destroyChain(context, id, { told: false, owned: true }, "all", deadline);
    location.markGone(true);
    throw error;
  }
  copy.metadata = session.withListing(copy);
}

/** An update that leaves of the stored values only what this request set: they are those of another person. */
function onlyOwn(
  { copy, rules }: SessionInUse,
  { bytes }: Capture,
  pending: PendingChange | undefined,
  update: Update | undefined,
): Update {
  const own = copy.own(bytes, pending?.change()).values;
  const { incidentalKeys = [] } = rules;
  return (values) => {
    deleteAllBut(values, incidentalKeys);
    Object.assign(values, own);
    update?.(values);
  };
}
