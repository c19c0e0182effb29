// What a regenerated session takes along, and whom it belongs to.
import { MARK_SECONDS } from "../backend/mark.ts";
import { ConfigError } from "../errors.ts";
import { applyChange, type Change } from "./change.ts";
import type { Content, RecordFormat, Values } from "./record-format.ts";

/** How a session moves to a new id. */
export interface Regeneration {
  /** Whose session it becomes. Left out, it stays whose it was, or nobody's if no values are kept. */
  readonly principal?: string | undefined;
  /** Which values to keep: all (default), none, or these keys. */
  readonly keep?: boolean | readonly string[] | undefined;
  /** Seconds in which requests with the old id are led to the new one; 0 (default) to 300. */
  readonly grace?: number | undefined;
}

/** @throws ConfigError */
export function checkGrace({ grace = 0 }: Regeneration): number {
  if (grace >= 0 && grace <= MARK_SECONDS) return grace;
  throw new ConfigError(`grace is ${grace}. It is in seconds, from 0 to ${MARK_SECONDS}.`);
}

/** Cuts `content` down, in place, to what is taken along. */
export function takeAlong(
  { values, metadata }: Content,
  { keep = true, principal }: Regeneration,
): Content {
  if (keep !== true) deleteAllBut(values, keep === false ? [] : keep);
  const kept = keep === false ? {} : metadata;
  return { values, metadata: principal === undefined ? kept : { ...kept, principal } };
}

/** Makes the new record of whatever the old one is at the moment, and of the request's own change. */
export function recordBuilder(
  format: RecordFormat,
  change: Change | undefined,
  regeneration: Regeneration,
): (present: Buffer) => Buffer {
  return (present) => {
    const content = format.decode(present);
    const { values, metadata } = takeAlong(
      change ? applyChange(content, change) : content,
      regeneration,
    );
    return format.encode(values, metadata);
  };
}

export function deleteAllBut(values: Values, keys: readonly string[]): void {
  for (const key of Object.keys(values)) {
    if (!keys.includes(key)) delete values[key];
  }
}
