// What of a session goes along to its new id.
import { keepOnly, merge } from "../../changes/merge.ts";
import type { Metadata } from "../../changes/metadata.ts";
import type { Content, RecordFormat } from "../../changes/record-format.ts";
import type { PendingChange, WorkingCopy } from "../../changes/working-copy.ts";
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
  readonly complete: (metadata: Metadata) => Metadata;
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
export function keptBytes(format: RecordFormat, present: Buffer, from: KeptFrom): Buffer {
  const content = format.decode(present);
  const change = from.pending?.change();
  const { values, metadata } = keptContent(change ? merge(content, change) : content, from);
  return format.encode(values, metadata);
}

export function ownContent(from: KeptFrom): Content {
  return keptContent(from.copy.own(from.bytes, from.pending?.change()), from);
}

/** Cuts `content`, in place, to what the options keep, and sets the principal. */
export function keptContent(content: Content, { options, at, complete }: KeptFrom): Content {
  const { principal, keep = true, label, grace = 0 } = options;
  const { values, metadata } = keepOnly(content, keep);
  const { seen: _, ...kept } = metadata;
  return {
    values,
    metadata: complete({
      ...kept,
      ...(principal !== undefined && { principal, authenticated: at }),
      ...(label !== undefined && { label }),
      ...(grace > 0 && { seen: 0 }),
    }),
  };
}
