// What one request did to a session, as operations that can be repeated on any newer state of it.
import { isDeepStrictEqual } from "node:util";
import { equal } from "./equal.ts";
import {
  applyFlashChange,
  flashChange,
  type FlashChange,
  type FlashOperations,
} from "./flashes.ts";
import { mergeMetadata, type Metadata } from "./metadata.ts";
import type { Content, Values } from "./record-format.ts";

/** Top-level keys set, deleted and flashed, and the metadata before and after. There is no deep merge: a key is changed whole. */
export interface Change {
  readonly set: ReadonlyMap<string, unknown>;
  readonly deleted: readonly string[];
  readonly flashes: ReadonlyMap<string, FlashChange>;
  readonly metadata: { readonly before: Metadata; readonly after: Metadata };
}

/**
 * What `key` becomes where it was set to `mine` and somebody else has changed the session meanwhile; `theirs` is what is stored under it
 * now. Synchronous, without effect, and called again for each newer state.
 */
export type Resolve = (key: string, mine: unknown, theirs: unknown) => unknown;

/**
 * The change from `before` to `after`, which are both read back from bytes: a value that its serializer does not give back as it
 * was (a `Date` in JSON) is no change, else every such request would overwrite the others' writes. The values to set are taken
 * from `live`. Undefined where there is none.
 */
export function findChange(
  before: Content,
  after: Content,
  live: Values,
  operations: FlashOperations,
): Change | undefined {
  const set = new Map<string, unknown>();
  const deleted: string[] = [];
  const flashes = new Map<string, FlashChange>();
  for (const [key, done] of operations) {
    // `live` may have a prototype, with a "constructor" in it.
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

/** Repeats `change` on `content`, in place. Of two changes of one key the later save counts, or what `resolve` makes of them. */
export function applyChange(content: Content, change: Change, resolve?: Resolve): Content {
  for (const [key, mine] of change.set) {
    content.values[key] = resolve ? resolve(key, mine, content.values[key]) : mine;
  }
  for (const key of change.deleted) delete content.values[key];
  for (const [key, flash] of change.flashes) applyFlashChange(content.values, key, flash);
  const { before, after } = change.metadata;
  return { values: content.values, metadata: mergeMetadata(before, after, content.metadata) };
}
