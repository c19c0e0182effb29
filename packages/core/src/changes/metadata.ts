// What the store itself keeps in a record, under one reserved key that never shows among the values.

/** The reserved key. Its value is a JSON string, so that any serializer, and Go, can carry it untouched. */
export const METADATA_KEY = "_redistore";

/** Each field is there only where it is used, so that most records hold no metadata at all. */
export interface Metadata {
  /** Whose session it is. */
  principal?: string;
  /** When it began, in Unix seconds. */
  created?: number;
  /** Its own cookie `maxAge` in seconds, where that is not the store's. */
  maxAge?: number;
}

/** The stored form, or undefined where there is nothing to keep. Fields in a fixed order: equal metadata are equal bytes. */
export function formatMetadata({ principal, created, maxAge }: Metadata): string | undefined {
  if (principal === undefined && created === undefined && maxAge === undefined) return undefined;
  return JSON.stringify({ principal, created, maxAge });
}

/** Reads the stored form; fields of a wrong type, and fields that a later version may add, are left out. */
export function parseMetadata(text: unknown): Metadata {
  if (text === undefined) return {};
  if (typeof text !== "string")
    throw new TypeError(`${METADATA_KEY} is reserved for the store's own text`);
  const { principal, created, maxAge } = JSON.parse(text) as Record<string, unknown>;
  return {
    ...(typeof principal === "string" && { principal }),
    ...(typeof created === "number" && { created }),
    ...(typeof maxAge === "number" && { maxAge }),
  };
}

/** Field by field: what `mine` changed since `base` wins over `theirs`; of two beginnings the earlier counts. */
export function mergeMetadata(base: Metadata, mine: Metadata, theirs: Metadata): Metadata {
  const merged: Metadata = { ...theirs };
  if (mine.principal !== base.principal) assign(merged, "principal", mine.principal);
  if (mine.maxAge !== base.maxAge) assign(merged, "maxAge", mine.maxAge);
  if (mine.created !== undefined)
    merged.created = Math.min(mine.created, theirs.created ?? Infinity);
  return merged;
}

function assign<Field extends keyof Metadata>(
  metadata: Metadata,
  field: Field,
  value: Metadata[Field] | undefined,
): void {
  if (value === undefined) delete metadata[field];
  else metadata[field] = value;
}
