// Applies the change of one request to a newer state of the session, and cuts a session down to what a regeneration keeps.
import type { Change } from "./diff.ts";
import { applyFlashChange } from "./flashes.ts";
import { chosenForBrowser, mergeMetadata } from "./metadata.ts";
import type { Content, Values } from "./record-format.ts";

/**
 * Decides the value of a key that this request set to `mine` when another request has changed the session since it was loaded;
 * `theirs` is the value stored now. Synchronous and without side effects: it is called again for each newer state.
 */
export type Resolve = (key: string, mine: unknown, theirs: unknown) => unknown;

/** Which values a regeneration keeps: all, none, or these keys. */
export type Keep = boolean | readonly string[];

/** Applies `change` to `content`, in place. If both changed a key, the later save counts, unless `resolve` decides otherwise. */
export function merge(content: Content, change: Change, resolve?: Resolve): Content {
  const { values } = content;
  for (const [key, mine] of change.set) {
    values[key] = resolve ? resolve(key, mine, values[key]) : mine;
  }
  for (const key of change.deleted) delete values[key];
  for (const [key, flash] of change.flashes) applyFlashChange(values, key, flash);
  const { before, after } = change.metadata;
  return { values, metadata: mergeMetadata(before, after, content.metadata) };
}

/** Deletes from `content`, in place, the values and metadata that a regeneration does not keep. */
export function keepOnly({ values, metadata }: Content, keep: Keep): Content {
  if (keep !== true) deleteAllBut(values, keep === false ? [] : keep);
  return { values, metadata: keep === false ? chosenForBrowser(metadata) : metadata };
}

export function deleteAllBut(values: Values, keys: readonly string[]): void {
  for (const key of Object.keys(values)) {
    if (!keys.includes(key)) delete values[key];
  }
}
