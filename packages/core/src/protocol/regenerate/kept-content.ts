// What of a session goes along to its new id.
import { keepOnly, merge } from "../../changes/merge.ts";
import type { Metadata } from "../../changes/metadata.ts";
import type { Content, RecordFormat } from "../../changes/record-format.ts";
import type { PendingChange, WorkingCopy } from "../../changes/working-copy.ts";
import { publicIdOf } from "../../diagnostics.ts";
import type { StoredRecord } from "../create.ts";
import type { LiveRecord } from "../load.ts";
import type { Regeneration } from "./regeneration.ts";

/** The session of one request, and the options that say what goes along of it. */
export interface KeptFrom {
  readonly copy: WorkingCopy;
  readonly pending: PendingChange | undefined;
  /** All values and metadata of the request, encoded. */
  readonly bytes: Buffer;
  readonly options: Regeneration;
  /** The time of the regeneration, in Unix seconds. */
  readonly at: number;
  /** Completes the metadata of a record before it is stored. */
  readonly complete: (content: Content) => Content;
}

/** The session in whose place the new one comes. */
interface Left {
  readonly id: string;
  readonly metadata: Metadata;
}

/** Whether only the values that this request set go along, because they must not mix with those of another person. */
export function isOwnOnly({ ledOn }: LiveRecord, { copy, options }: KeptFrom): boolean {
  const { principal, keep } = options;
  const present = copy.metadata.principal;
  if (principal === undefined) return false;
  return (
    ledOn !== undefined || (keep === undefined && present !== undefined && present !== principal)
  );
}

/** What goes along of the old record as it is now, together with the change of this request. */
export function keptOf(
  format: RecordFormat,
  { id, record }: StoredRecord,
  from: KeptFrom,
): Content {
  const content = format.decode(record);
  const left = { id, metadata: content.metadata };
  const change = from.pending?.change();
  return keptContent(change ? merge(content, change) : content, left, from);
}

/** What goes along as far as this request knows it. */
export function knownOf(format: RecordFormat, { id }: StoredRecord, from: KeptFrom): Content {
  return keptContent(format.decode(from.bytes), { id, metadata: from.copy.metadata }, from);
}

/** Only what this request set itself. `old` is the session that it came with, if that is live. */
export function ownOf(old: StoredRecord | undefined, from: KeptFrom): Content {
  const { copy, bytes, pending } = from;
  const left = old && { id: old.id, metadata: copy.metadata };
  return keptContent(copy.own(bytes, pending?.change()), left, from);
}

/** Cuts `content`, in place, to what the options keep, and sets the principal. */
function keptContent(content: Content, left: Left | undefined, from: KeptFrom): Content {
  const { options, at, complete } = from;
  const { principal, keep = true, label, grace = 0 } = options;
  const { values, metadata } = keepOnly(content, keep);
  const { seen: _, publicId: __, listed: ___, renewed: ____, ...kept } = metadata;
  const owner = principal ?? kept.principal;
  const isSameOwner = owner !== undefined && owner === left?.metadata.principal;
  return complete({
    values,
    metadata: {
      ...kept,
      ...(isSameOwner && { publicId: left.metadata.publicId ?? publicIdOf(left.id) }),
      ...(principal !== undefined && { principal, authenticated: at }),
      ...(label !== undefined && { label }),
      ...(grace > 0 && { seen: 0 }),
    },
  });
}
