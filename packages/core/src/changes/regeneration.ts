// What a regenerated session takes along, and whom it belongs to.
import { inspect } from "node:util";
import { MARK_SECONDS } from "../backends/tombstone.ts";
import { ConfigError } from "../errors.ts";
import { applyChange, type Change } from "./diff.ts";
import type { Content, RecordFormat, Values } from "./record-format.ts";

/** How a session moves to a new id. */
export interface Regeneration {
  /** Whose session it becomes. Left out, it stays whose it was, or nobody's where `keep` is false. */
  readonly principal?: string | undefined;
  /** Which values to keep: all (default), none, or these keys. */
  readonly keep?: boolean | readonly string[] | undefined;
  /** Seconds in which requests with the old id are led to the new one; 0 (default) to 300. */
  readonly grace?: number | undefined;
}

/** Checks what a call in JavaScript may get wrong. @throws ConfigError */
export function checkRegeneration({ principal, keep, grace }: Regeneration): void {
  if (principal !== undefined && (typeof principal !== "string" || principal === "")) {
    const found = principal === null || principal === "" ? inspect(principal) : typeof principal;
    throw new ConfigError(
      `regenerate: principal is ${found}. It takes the user's id as a string, such as String(user.id).`,
    );
  }
  const keys = Array.isArray(keep) && keep.every((key) => typeof key === "string");
  if (keep !== undefined && typeof keep !== "boolean" && !keys) {
    throw new ConfigError(
      `regenerate: keep is of type ${typeof keep}. It takes true, false or a list of keys.`,
    );
  }
  if (grace !== undefined && !(typeof grace === "number" && grace >= 0 && grace <= MARK_SECONDS)) {
    throw new ConfigError(
      `regenerate: grace is ${inspect(grace)}. It is in seconds, from 0 to ${MARK_SECONDS}.`,
    );
  }
}

/** Cuts `content` down, in place, to what is taken along. */
export function takeAlong(
  { values, metadata }: Content,
  { keep = true, principal }: Regeneration,
): Content {
  if (keep !== true) deleteAllBut(values, keep === false ? [] : keep);
  const { maxAge } = metadata;
  // How long the cookie lives was chosen for the browser, and is no data of the old session's.
  const kept = keep === false ? { ...(maxAge !== undefined && { maxAge }) } : metadata;
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
