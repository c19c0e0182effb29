// What to send in place of a command for both keys of a session while a cluster migrates their slot, and a node refuses it with TRYAGAIN.
import { asServerError } from "../server-error.ts";
import type { Command, Reply } from "../transport.ts";

/** Milliseconds until a write of a session that is still on the old node is tried again. */
export const TRY_AGAIN_MS = 10;
/** An attempt this close to the deadline could get no reply, and so turn a certain refusal into a write that may have been done. */
export const TOO_LATE_MS = 100;

/** Whether a node refused a command because the keys of a session are, or would be, on different nodes. */
export function isSplit(error: unknown): boolean {
  return asServerError(error)?.code === "TRYAGAIN";
}

/**
 * The reply to an MGET of keys that are on different nodes. One after the other: a tombstone that is read after its record also tells of an
 * end that came in between.
 */
export async function getEach(
  { args }: Command,
  send: (command: Command) => Promise<Reply>,
): Promise<Reply> {
  const replies: Reply[] = [];
  for (const key of args)
    replies.push(await send({ name: "get", args: [key], key: String(key), write: false }));
  return replies;
}

/**
 * The same script, which names only its first key to Redis. A node that imports the slot refuses two keys of which one does not exist, although
 * both belong there: the old node redirects only if it has neither.
 */
export function namingOneKey({ args, key, write }: Command, script: string): Command {
  const [, , first = "", ...others] = args;
  const text = `local KEYS, ARGV = {KEYS[1], ARGV[1]}, {unpack(ARGV, 2)}\n${script}`;
  return {
    name: "eval",
    args: [text, "1", first, ...others],
    write,
    ...(key === undefined ? {} : { key }),
  };
}
