// What a save does to the index of principals: it lists a session that becomes a principal's before it is stored as theirs.
import type { Deadline } from "../../backends/deadline.ts";
import type { Metadata } from "../../changes/metadata.ts";
import type { ProtocolContext } from "../protocol-context.ts";
import { list, unlist } from "./listing.ts";

/** A save of a stored session. */
export interface ListedSave {
  readonly id: string;
  /** The metadata before the save and after it. */
  readonly before: Metadata;
  readonly after: Metadata;
  readonly seconds: number;
}

/**
 * Lists the session if its principal changes, or if the index may be kept no longer. Returns whether it did. Before the save, so that no session
 * is a principal's without being listed.
 *
 * @throws the errors of `list`
 */
export async function listBefore(
  context: ProtocolContext,
  { id, before, after, seconds }: ListedSave,
  deadline: Deadline,
): Promise<boolean> {
  const { principal } = after;
  const isSame = principal === before.principal;
  if (principal === undefined || (isSame && after.listed === before.listed)) return false;
  const inherits = isSame ? id : undefined;
  await list(context, { id, metadata: after, seconds, inherits }, deadline);
  return true;
}

/** Removes the session from the index of the principal of `metadata`, which it belongs to no more. */
export function unlistAfter(
  context: ProtocolContext,
  { id }: ListedSave,
  metadata: Metadata,
  deadline: Deadline,
): Promise<void> {
  return unlist(context, { ...metadata, ids: [id] }, deadline);
}
