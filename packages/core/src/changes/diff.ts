// Finds what one request changed in a session, as operations that can be repeated on any newer state of it.
import { isDeepStrictEqual } from "node:util";
import { equal } from "./equal.ts";
import { flashChange, type FlashChange, type FlashOperations } from "./flashes.ts";
import type { Metadata } from "./metadata.ts";
import type { Content, Values } from "./record-format.ts";

/** The top-level keys that were set, deleted and flashed, and the metadata before and after. A key is changed as a whole. */
export interface Change {
  readonly set: ReadonlyMap<string, unknown>;
  readonly deleted: readonly string[];
  readonly flashes: ReadonlyMap<string, FlashChange>;
  readonly metadata: { readonly before: Metadata; readonly after: Metadata };
}

/**
 * The change from `before` to `after`; undefined if there is none. Both have been decoded from bytes: a value that its serializer
 * does not restore exactly (a `Date` in JSON) would count as changed otherwise, and overwrite the changes of other requests.
 *
 * @param live the values of the request, from which the values to set are taken
 * @param operations the flashes that the request added and read
 */
export function diff(
  before: Content,
  after: Content,
  live: Values,
  operations: FlashOperations,
): Change | undefined {
  const set = new Map<string, unknown>();
  const deleted: string[] = [];
  const flashes = new Map<string, FlashChange>();
  for (const [key, done] of operations) {
    // `live` may have a prototype, and that a "constructor".
    const list = Object.hasOwn(live, key) ? live[key] : undefined;
    const change = flashChange(done, before.values[key], after.values[key], list);
    if (change) flashes.set(key, change);
  }
  for (const key of Object.keys(after.values)) {
    if (flashes.has(key)) continue;
    if (!(key in before.values) || !equal(before.values[key], after.values[key]))
      set.set(key, live[key]);
  }
  for (const key of Object.keys(before.values)) {
    if (!(key in after.values) && !flashes.has(key)) deleted.push(key);
  }
  const metadata = { before: before.metadata, after: after.metadata };
  const unchanged =
    set.size + deleted.length + flashes.size === 0 &&
    isDeepStrictEqual(metadata.before, metadata.after);
  return unchanged ? undefined : { set, deleted, flashes, metadata };
}
