// Reads the replies of Redis. A reply of an unexpected form is an error: it must not be taken for a missing session.
import { StoreUnavailableError } from "../../errors.ts";
import type { Deletion, Entry, InspectedEntry, WriteResult } from "../backend.ts";
import type { Admitted, Member } from "../principal-index.ts";
import { parseTombstone, type Tombstone } from "../tombstone.ts";
import type { Reply } from "./transport/transport.ts";
import { ADMITTED, FULL, REFUSED } from "./index-scripts.ts";
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

/** The reply of the script that inspects. */
export function inspectedOf(reply: Reply, address: string): InspectedEntry {
  const entry = entryOf(reply, address);
  const left = Number(listOf(reply, address)[2]);
  if (!entry.record) return { ...entry, secondsLeft: undefined };
  // A record without expiry, which another program wrote, has -1.
  return { ...entry, secondsLeft: left < 0 ? Infinity : left / 1000 };
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

/** The reply of the script that admits. */
export function admittedOf(reply: Reply, address: string): Admitted {
  const [outcome, detail] = listOf(reply, address);
  if (isNumber(outcome, ADMITTED)) return { outcome: "admitted", size: Number(detail) };
  if (isNumber(outcome, REFUSED)) return { outcome: "refused" };
  if (isNumber(outcome, FULL)) return { outcome: "full", members: membersOf(detail, address) };
  throw unexpected(address);
}

/** Members of an index and their times in turn. Other members than sessions are left out. */
export function membersOf(reply: Reply | undefined, address: string): readonly Member[] {
  const list = listOf(reply, address);
  const members: Member[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    const [, publicId, id] = /^(\S+) (.+)$/s.exec(String(list[index])) ?? [];
    if (publicId === undefined || id === undefined) continue;
    members.push({ publicId, id, at: Number(list[index + 1]) });
  }
  return members;
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
