// Reads the sessions that the index of a principal lists, and tells which of them are live.
import type { InspectedEntry } from "../../backends/backend.ts";
import type { Deadline } from "../../backends/deadline.ts";
import type { Member } from "../../backends/principal-index.ts";
import type { Content } from "../../changes/record-format.ts";
import { isRedistoreError } from "../../errors.ts";
import { secondsLeft } from "../lifetime.ts";
import type { ProtocolContext } from "../protocol-context.ts";

/** A member with what is stored for it. */
export interface InspectedMember {
  readonly member: Member;
  readonly entry: InspectedEntry;
  /** Undefined if there is no record, or none that can be read. */
  readonly content: Content | undefined;
}

/** The sessions of the principal that are live, the earliest login first. Members that have ended are removed from the index. */
export async function liveMembers(
  context: ProtocolContext,
  principal: string,
  deadline: Deadline,
): Promise<readonly InspectedMember[]> {
  const members = await context.backend.members(principal, deadline);
  const all = await inspectMembers(context, members, deadline);
  const dead = all.filter(isDead).map(({ member }) => member);
  if (dead.length > 0) await context.backend.dismiss(principal, dead, deadline);
  return all.filter((each) => !isDead(each) && isOf(principal, each) && !isOver(context, each));
}

/** The members that have ended. A session is listed after it is stored, and its id is never used again. */
export async function findDead(
  context: ProtocolContext,
  members: readonly Member[],
  deadline: Deadline,
): Promise<readonly Member[]> {
  const all = await inspectMembers(context, members, deadline);
  return all.filter(isDead).map(({ member }) => member);
}

async function inspectMembers(
  context: ProtocolContext,
  members: readonly Member[],
  deadline: Deadline,
): Promise<InspectedMember[]> {
  if (members.length === 0) return [];
  const ids = members.map(({ id }) => id);
  const entries = await context.backend.inspect(ids, deadline);
  return members.map((member, index) => {
    const entry = entries[index] as InspectedEntry;
    return { member, entry, content: entry.record && contentOf(context, entry.record) };
  });
}

/** A record that cannot be read is still a session that can be listed and ended. */
function contentOf({ format }: ProtocolContext, record: Buffer): Content | undefined {
  try {
    return format.decode(record);
  } catch (error) {
    if (isRedistoreError(error)) return undefined;
    throw error;
  }
}

function isDead({ entry: { record, tombstone, isUndecipherable } }: InspectedMember): boolean {
  return tombstone !== undefined || (record === undefined && !isUndecipherable);
}

/** A session that is being logged in is listed before its record names the principal. */
function isOf(principal: string, { content }: InspectedMember): boolean {
  const { principal: stored = principal } = content?.metadata ?? {};
  return stored === principal;
}

function isOver({ settings }: ProtocolContext, { content }: InspectedMember): boolean {
  return content !== undefined && secondsLeft(settings, content.metadata) <= 0;
}
