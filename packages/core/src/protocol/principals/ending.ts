// Ends sessions of a principal from elsewhere: one by its public id, or all of them.
import type { Member } from "../../backends/principal-index.ts";
import { publish } from "../../diagnostics.ts";
import { destroyChain } from "../destroy.ts";
import { timeOf } from "../lifetime.ts";
import type { ProtocolContext } from "../protocol-context.ts";
import { indexSeconds } from "./listing.ts";

/** Sessions that are ended at the same time, within one operation timeout. */
const BATCH_SIZE = 100;

/** Not told: the browser of the session did not ask for it, so it may begin a new one at once. */
const ENDING = { told: false, owned: true } as const;

/** Ends the session with this public id. Returns whether it was live. */
export async function endSession(
  context: ProtocolContext,
  principal: string,
  publicId: string,
): Promise<boolean> {
  const members = await context.backend.members(principal, context.deadline());
  const named = members.filter((member) => member.publicId === publicId);
  return (await end(context, principal, named)) > 0;
}

/**
 * Ends all sessions of the principal but the one with the public id `except`. Sessions whose login began before, and that are stored later, are
 * refused then. Returns the number of sessions that ended.
 */
export async function endAllSessions(
  context: ProtocolContext,
  principal: string,
  except: string | undefined,
): Promise<number> {
  const { backend, settings } = context;
  const at = timeOf(settings);
  const longest = Math.max(settings.maxAge, settings.defaultMaxAge);
  const bar = { at, except, seconds: indexSeconds(longest) };
  let members = await backend.bar(principal, bar, context.deadline());
  let ended = 0;
  // A session that was moved meanwhile is listed under its new id, with the time of the old one.
  while (members.length > 0) {
    ended += await end(context, principal, members);
    const left = await backend.members(principal, context.deadline());
    members = left.filter((member) => member.at < at && member.publicId !== except);
  }
  return ended;
}

/**
 * Ends the sessions of these members and removes them from the index, whatever principal their records name: a login that is under way is listed before its
 * record names the principal. Returns how many sessions were live.
 */
async function end(
  context: ProtocolContext,
  principal: string,
  members: readonly Member[],
): Promise<number> {
  const ended = new Set<string>();
  for (let start = 0; start < members.length; start += BATCH_SIZE) {
    const batch = members.slice(start, start + BATCH_SIZE);
    const deadline = context.deadline();
    const endOne = async (member: Member): Promise<void> => {
      const ids = await destroyChain(context, member.id, ENDING, "all", deadline);
      const { publicId } = member;
      if (ids.length === 0 || ended.has(publicId)) return;
      ended.add(publicId);
      publish("destroyed", () => ({ publicId, principal, by: "elsewhere" }));
    };
    await Promise.all(batch.map(endOne));
    await context.backend.dismiss(principal, batch, deadline);
  }
  return ended.size;
}
