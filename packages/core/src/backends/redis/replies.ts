// Reads Redis' replies. One of another form than its command gives says nothing about a session, least of all that there is none.
import { StoreUnavailableError } from "../../errors.ts";
import type { Entry, WriteResult } from "../backend.ts";
import { type Mark, parseMark } from "../tombstone.ts";
import type { Reply } from "./transport/transport.ts";
import { CHANGED, DONE, GONE } from "./scripts.ts";

/** Of MGET, and of the script that touches: a record and its mark. */
export function entryOf(reply: Reply, address: string): Entry {
  const [record, mark] = listOf(reply, address);
  if (record === null) return { record: undefined, mark: markOf(mark) };
  return { record: bytesOf(record, address), mark: markOf(mark) };
}

/** Of the scripts that write on a condition. */
export function resultOf(reply: Reply, address: string): WriteResult {
  if (!Array.isArray(reply) && reply !== null && Number(reply) === DONE) return { outcome: "done" };
  const [outcome, found] = listOf(reply, address);
  if (Number(outcome) === CHANGED) return { outcome: "changed", record: bytesOf(found, address) };
  if (Number(outcome) === GONE) return { outcome: "gone", mark: markOf(found) };
  throw mixedUp(address);
}

/** Of SET with NX: whether it was set. */
export function wasSet(reply: Reply, address: string): boolean {
  if (reply === null) return false;
  if (String(reply) === "OK") return true;
  throw mixedUp(address);
}

/** Of commands that give several. */
export function listOf(reply: Reply | undefined, address: string): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[];
  throw mixedUp(address);
}

export function markOf(reply: Reply | undefined): Mark | undefined {
  return reply === null || reply === undefined ? undefined : parseMark(String(reply));
}

function bytesOf(reply: Reply | undefined, address: string): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw mixedUp(address);
}

function mixedUp(address: string): Error {
  return new StoreUnavailableError(
    `Redis at ${address} gave a reply of another form than the command has. What lies between, such as a proxy, mixes replies up, or this is no Redis: connect to Redis itself.`,
    { outcome: "unknown" },
  );
}
