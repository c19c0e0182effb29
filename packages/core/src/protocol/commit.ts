// Commits the change of one request on top of the stored record, in one conditional write: merged, refused or overwriting, by withConcurrency.
import { isDeepStrictEqual } from "node:util";
import type { Deadline } from "../backends/deadline.ts";

import { merge, type Resolve } from "../changes/merge.ts";
import type { Content, Values } from "../changes/record-format.ts";
import type { PendingChange, WorkingCopy } from "../changes/working-copy.ts";
import { ConflictError } from "../errors.ts";
import type { Applied } from "./commit-queue.ts";
import { gone } from "./gone.ts";
import { leadOn, leads, type LiveRecord } from "./load.ts";
import { updateNaming } from "./principals/named.ts";
import type { ProtocolContext } from "./protocol-context.ts";

/** What to save. */
export interface Save {
  readonly copy: WorkingCopy;
  /** The change of the request, if there is one. */
  readonly pending: PendingChange | undefined;
  /** Changes the newest values; runs again on each newer state. */
  readonly update?: ((values: Values) => void) | undefined;
  readonly resolve?: Resolve | undefined;
  /** Keys whose changes need not be stored if the session has ended. */
  readonly incidentalKeys?: readonly string[] | undefined;
  /** The lifetime in seconds of a record with this content. */
  readonly seconds: (content: Content) => number;
}

/**
 * Commits `save` on top of `base`, and returns the record as it is then. If the session was renewed meanwhile, the change is committed to
 * the renewed session. Returns undefined if the session ended meanwhile and the change only removes values: they are gone already.
 *
 * @throws SessionGoneError if the session ended meanwhile
 */
export async function commitChange(
  context: ProtocolContext,
  base: LiveRecord,
  save: Save,
  deadline: Deadline,
): Promise<LiveRecord | undefined> {
  const { queue, settings } = context;
  const overwrite = settings.concurrency === "overwrite" && save.update === undefined;
  for (let target = base; ;) {
    const { id, record: known } = target;
    const apply = applierOf(context, base.record, save, overwrite, target !== base);
    const committed = await queue.commit(id, { known, apply, overwrite, deadline });
    if (committed.outcome === "done") return { ...target, record: committed.record };
    const { tombstone } = committed;
    const hasSuccessor = tombstone !== undefined && tombstone.kind !== "ended";
    if (!hasSuccessor && !save.update && isRemoval(context, base.record, save)) return undefined;
    const next =
      !target.ledOn && leads(tombstone) ? await leadOn(context, tombstone, deadline) : undefined;
    if (next?.state !== "live") throw gone();
    target = next;
  }
}

/** The function that applies the save to each newer state of the record: that of `base`, or the one in which a renewed session goes on. */
function applierOf(
  { format, settings }: ProtocolContext,
  base: Buffer,
  { copy, pending, update, resolve, seconds }: Save,
  overwrite: boolean,
  isRenewed: boolean,
): (present: Buffer) => Applied {
  const encode = (content: Content): Applied => ({
    record: format.encode(content.values, content.metadata),
    seconds: seconds(content),
  });
  return (present) => {
    if (pending && settings.concurrency === "fail" && !present.equals(base)) throw conflict();
    if (pending && !update && !isRenewed && copy.isBasedOn(present)) {
      return { record: format.limit(pending.bytes), seconds: seconds(copy) };
    }
    const content = format.decode(present);
    const { seen } = content.metadata;
    const change = pending?.change();
    const { values, metadata: merged } = change ? merge(content, change, resolve) : content;
    // That the browser used the id of this request says nothing of the new one.
    const metadata = isRenewed && seen !== undefined ? { ...merged, seen } : merged;
    if (pending && overwrite) {
      // Only the values are overwritten. The principal is the store's own: a login meanwhile stays.
      return encode({ values: format.decode(pending.bytes).values, metadata });
    }
    if (!update) return encode({ values, metadata });
    // On a copy: `update` may change what it is given, and runs again on the next state.
    const own = format.decode(format.encodeAnyLength(values, metadata));
    return encode({ values: own.values, metadata: updateNaming(settings, own, update) });
  };
}

/** True if the change takes values away and adds none, also within objects: `{ user: { id: 7 } }` becomes `{ user: {} }`. */
function isRemoval(
  { format }: ProtocolContext,
  base: Buffer,
  { pending, incidentalKeys = [] }: Save,
): boolean {
  const change = pending?.change();
  if (!pending || !change) return false;
  const before = format.decode(base).values;
  const after = format.decode(pending.bytes).values;
  return (
    [...change.set.keys()].every(
      (key) => incidentalKeys.includes(key) || isPartOf(after[key], before[key]),
    ) &&
    [...change.flashes.values()].every(({ added }) => added.length === 0) &&
    isDeepStrictEqual(change.metadata.before, change.metadata.after)
  );
}

/** True if `part` is `whole`, or a plain object with some of its properties. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (isDeepStrictEqual(part, whole)) return true;
  if (!isPlainObject(part) || !isPlainObject(whole)) return false;
  return Object.keys(part).every(
    (key) => Object.hasOwn(whole, key) && isPartOf(part[key], whole[key]),
  );
}

function isPlainObject(value: unknown): value is Values {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function conflict(): ConflictError {
  return new ConflictError(
    'Another request changed the session since it was loaded, and withConcurrency is "fail". Nothing was stored: load the session again and repeat.',
  );
}
