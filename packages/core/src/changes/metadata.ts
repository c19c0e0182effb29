// The store's own data in a record, under one reserved key that never appears among the values.

/** RFC 6265bis, section 5.6: browsers limit Max-Age to 400 days. */
const MAX_AGE_SECONDS = 400 * 86_400;

/** The reserved key. Its value is a JSON string, so that any serializer, and Go, can carry it unchanged. */
export const METADATA_KEY = "_redistore";

/** A field is present only if it is used, so most records carry no metadata. */
export interface Metadata {
  /** The user id to which the session belongs. */
  principal?: string;
  /** The public id of the session under the id that it had before, if it is still the same principal's. */
  publicId?: string;
  /** The application's own words for the session, such as the device, to list it by. */
  label?: string;
  /** When the session began, in Unix seconds. */
  created?: number;
  /** When the principal logged in, in Unix seconds. */
  authenticated?: number;
  /** When the session got its id, in Unix seconds. */
  renewed?: number;
  /** Until when the index of the principal is sure to list the session, in Unix seconds. */
  listed?: number;
  /** The cookie `maxAge` of this session in seconds, if it differs from the store's. */
  maxAge?: number;
  /**
   * For a session that got a new id with a grace period: when the new id first came back from the browser, in Unix seconds; 0 while
   * it has not.
   */
  seen?: number;
}

/** The stored form; undefined if there is nothing to store. The order of the fields is fixed: equal metadata give equal bytes. */
export function formatMetadata(metadata: Metadata): string | undefined {
  const { principal, publicId, label, created, authenticated } = metadata;
  const { renewed, listed, maxAge, seen } = metadata;
  const person = { principal, publicId, label, created, authenticated };
  const fields = { ...person, renewed, listed, maxAge, seen };
  const isEmpty = Object.values(fields).every((field) => field === undefined);
  return isEmpty ? undefined : JSON.stringify(fields);
}

/** Parses the stored form. Fields of a wrong type, and fields of later versions, are left out. */
export function parseMetadata(text: unknown): Metadata {
  if (text === undefined) return {};
  if (typeof text !== "string")
    throw new TypeError(`${METADATA_KEY} is reserved for the store's own text`);
  const fields = JSON.parse(text) as Record<keyof Metadata, unknown>;
  const { principal, publicId, label, created, authenticated } = fields;
  const { renewed, listed, maxAge, seen } = fields;
  return {
    ...(typeof principal === "string" && { principal }),
    ...(isPublicId(publicId) && { publicId }),
    ...(typeof label === "string" && { label }),
    // JSON.parse makes Infinity of 1e999, with which the record could not be saved again.
    ...(Number.isFinite(created) && { created: created as number }),
    ...(Number.isFinite(authenticated) && { authenticated: authenticated as number }),
    ...(Number.isFinite(renewed) && { renewed: renewed as number }),
    ...(Number.isFinite(listed) && { listed: listed as number }),
    ...(isMaxAge(maxAge) && { maxAge }),
    ...(Number.isFinite(seen) && { seen: seen as number }),
  };
}

/** Others are ignored: the session gets the maxAge of the store. */
function isMaxAge(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_AGE_SECONDS;
}

function isPublicId(value: unknown): value is string {
  return typeof value === "string" && /^\S+$/.test(value);
}

/** Merges field by field: a field that `mine` changed since `base` wins over `theirs`; of two points in time the earlier counts. */
export function mergeMetadata(base: Metadata, mine: Metadata, theirs: Metadata): Metadata {
  const merged: Metadata = { ...theirs };
  if (mine.principal !== base.principal) assign(merged, "principal", mine.principal);
  if (mine.label !== base.label) assign(merged, "label", mine.label);
  if (mine.authenticated !== base.authenticated)
    assign(merged, "authenticated", mine.authenticated);
  if (mine.renewed !== undefined) merged.renewed = theirs.renewed ?? mine.renewed;
  // Where another request has changed the principal, and this one has not, this session is listed for that one.
  const isListedHere = mine.listed !== base.listed && merged.principal === mine.principal;
  if (isListedHere && mine.listed !== undefined)
    merged.listed = Math.max(mine.listed, theirs.listed ?? 0);
  if (mine.maxAge !== base.maxAge) assign(merged, "maxAge", mine.maxAge);
  if (mine.created !== undefined)
    merged.created = Math.min(mine.created, theirs.created ?? Infinity);
  if (mine.seen !== base.seen && mine.seen !== undefined)
    merged.seen = Math.min(mine.seen, theirs.seen || Infinity);
  return merged;
}

/** The metadata that a new session of the same browser takes over: the lifetime of its cookie is not data of the old session. */
export function chosenForBrowser({ maxAge }: Metadata): Metadata {
  return maxAge === undefined ? {} : { maxAge };
}

function assign<Field extends keyof Metadata>(
  metadata: Metadata,
  field: Field,
  value: Metadata[Field] | undefined,
): void {
  if (value === undefined) delete metadata[field];
  else metadata[field] = value;
}
