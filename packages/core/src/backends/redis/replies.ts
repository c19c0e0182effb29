// Reads the replies of Redis. A reply of an unexpected form is an error: it must not be taken for a missing session.
import { StoreUnavailableError } from "../../errors.ts";
import type { Deletion, Entry, WriteResult } from "../backend.ts";
import { parseTombstone, type Tombstone } from "../tombstone.ts";
import type { Reply } from "./transport/transport.ts";
import { CHANGED, DONE, GONE } from "./scripts.ts";

/** The reply of MGET, and of the script that touches: records and tombstones in turn, of which this is the pair at `index`. */
export function entryOf(reply: Reply, address: string, index = 0): Entry {
  const found = listOf(reply, address);
  const record = found[2 * index];
  return {
    record: record === null ? undefined : bytesOf(record, address),
    tombstone: tombstoneOf(found[2 * index + 1]),
  };
}

/** The reply of the scripts that write on a condition. */
export function writeResultOf(reply: Reply, address: string): WriteResult {
  if (isNumber(reply, DONE)) return { outcome: "done" };
  const [outcome, found] = listOf(reply, address);
  if (isNumber(outcome, CHANGED)) return { outcome: "changed", record: bytesOf(found, address) };
  if (isNumber(outcome, GONE)) return { outcome: "gone", tombstone: tombstoneOf(found) };
  throw unexpected(address);
}

/** The reply of the script that creates: whether it did. */
export function createdOf(reply: Reply, address: string): boolean {
  if (isNumber(reply, DONE)) return true;
  if (isNumber(reply, CHANGED)) return false;
  throw unexpected(address);
}

/** The reply of the script that deletes. */
export function deletionOf(reply: Reply, address: string): Deletion {
  const [deleted, tombstone] = listOf(reply, address);
  return { deleted: Number(deleted) > 0, tombstone: tombstoneOf(tombstone) };
}

/** The reply of commands that return several values. */
export function listOf(reply: Reply | undefined, address: string): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[];
  throw unexpected(address);
}

function tombstoneOf(reply: Reply | undefined): Tombstone | undefined {
  return reply === null || reply === undefined ? undefined : parseTombstone(String(reply));
}

function bytesOf(reply: Reply | undefined, address: string): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  throw unexpected(address);
}

function isNumber(reply: Reply | undefined, number: number): boolean {
  return !Array.isArray(reply) && reply !== null && Number(reply) === number;
}

function unexpected(address: string): Error {
  return new StoreUnavailableError(
    `Redis at ${address} sent an unexpected reply. A proxy may be mixing up replies, or the server is not Redis: connect to Redis itself.`,
    { outcome: "unknown" },
  );
}
