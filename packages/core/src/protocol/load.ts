// Decides from the record and the tombstone under an id whether there is a session, and under which id it goes on.
import type { Activity } from "../backends/activity.ts";
import type { Entry, InspectedEntry } from "../backends/backend.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { RedirectTombstone, Tombstone } from "../backends/tombstone.ts";
import type { Metadata } from "../changes/metadata.ts";
import { publicIdOf, publish } from "../diagnostics.ts";
import type { StoredRecord } from "./create.ts";
import type { ProtocolContext } from "./protocol-context.ts";

/**
 * The settling time in seconds. For so long after a logout or login, requests of the same browser with the old id store nothing. A
 * new session of theirs could replace the cookie of the login.
 */
export const SETTLING_SECONDS = 10;

/** A session to which a request with the old id was led, during the grace period of a renewal. */
export interface LiveRecord extends StoredRecord {
  readonly state: "live";
  /**
   * Set if the request came with the old id. `tellCookie` is true if the response has to carry the new cookie: the browser has not used it
   * for a whole grace period, so the response that carried it was lost.
   */
  readonly ledOn?: { readonly tellCookie: boolean };
  /** Seconds until the record expires, if it was read as one that is used. */
  readonly expiresIn?: number | undefined;
}

/**
 * `ended`: the browser itself ended the session a moment ago; implicit writes are refused. `none`: there is no session, or none that can be
 * decrypted, and a new one may be stored.
 */
export type Found =
  | LiveRecord
  | { readonly state: "ended"; readonly tombstone: Tombstone }
  | { readonly state: "none"; readonly isUndecipherable?: true | undefined };

/** The session that was found first, under one of several ids. */
export interface FoundFirst {
  readonly id: string;
  readonly found: Found;
  readonly undecipherable: readonly string[];
}

/** Reads the session under `id`. With an `activity` it moves the expiry of the record. */
export async function load(
  context: ProtocolContext,
  id: string,
  deadline: Deadline,
  activity?: Activity,
): Promise<Found> {
  const { backend } = context;
  const entry: Entry & Partial<InspectedEntry> = activity
    ? await backend.roll(id, activity, deadline)
    : await backend.get(id, deadline);
  return resolveEntry(context, id, entry, deadline);
}

/**
 * Reads several ids with one command, and finds the first live session; if there is none, the first that was just ended. `undecipherable`
 * are the ids before it whose records cannot be decrypted.
 */
export async function loadFirst(
  context: ProtocolContext,
  ids: readonly string[],
  deadline: Deadline,
): Promise<FoundFirst> {
  const undecipherable: string[] = [];
  const entries = await context.backend.getMany(ids, deadline);
  let best: { id: string; found: Found } = { id: ids[0] ?? "", found: { state: "none" } };
  for (const [index, entry] of entries.entries()) {
    const id = ids[index] as string;
    const found = await resolveEntry(context, id, entry, deadline);
    if (found.state === "live") return { id, found, undecipherable };
    if (best.found.state === "none" && found.state === "ended") best = { id, found };
    if (found.state === "none" && found.isUndecipherable) undecipherable.push(id);
  }
  return { ...best, undecipherable };
}

/** Asks the backend again only for a session that was renewed. */
function resolveEntry(
  context: ProtocolContext,
  id: string,
  { record, tombstone, isUndecipherable, secondsLeft }: Entry & Partial<InspectedEntry>,
  deadline: Deadline,
): Found | Promise<Found> {
  if (tombstone) return resolveTombstone(context, tombstone, deadline);
  if (!record) return { state: "none", isUndecipherable };
  return { state: "live", id, record, expiresIn: secondsLeft };
}

async function resolveTombstone(
  context: ProtocolContext,
  tombstone: Tombstone,
  deadline: Deadline,
): Promise<Found> {
  const found: LedOn = leads(tombstone)
    ? await leadOn(context, tombstone, deadline)
    : { state: "ended", tombstone };
  if (found.state === "ended" && found.successor) publishReuse(found.successor);
  return found.state === "ended" && hasSettled(context, found.tombstone)
    ? { state: "none" }
    : found;
}

/** Whether requests with the old id are served on the successor for a while. */
export function leads(tombstone: Tombstone | undefined): tombstone is RedirectTombstone {
  return tombstone?.kind === "renewed" && tombstone.grace > 0;
}

/** Where a tombstone led. `successor` is the session that is live, and is none for the request: its id was used after its grace period. */
type LedOn =
  | LiveRecord
  | {
      readonly state: "ended";
      readonly tombstone: Tombstone;
      readonly successor?: { readonly id: string; readonly metadata: Metadata };
    };

function publishReuse({ id, metadata }: { id: string; metadata: Metadata }): void {
  const { publicId = publicIdOf(id), principal } = metadata;
  publish("reused", () => ({ publicId, principal }));
}

/**
 * Reads the successor that `tombstone` names. It is live for a request with the old id until the browser has used the new one for a
 * whole grace period. A second redirection is not followed: with it, a stolen old id would follow the session for good.
 */
export async function leadOn(
  { backend, format, settings }: ProtocolContext,
  tombstone: RedirectTombstone,
  deadline: Deadline,
): Promise<LedOn> {
  const { to, grace, at } = tombstone;
  const next = await backend.get(to, deadline);
  if (next.tombstone) return { state: "ended", tombstone: next.tombstone };
  if (!next.record) return { state: "ended", tombstone };
  const { metadata } = format.decode(next.record);
  const { seen } = metadata;
  const now = settings.now();
  // Metadata without the field are those of another program.
  if (seen !== 0 && now - (seen ?? 0) >= grace)
    return { state: "ended", tombstone, successor: { id: to, metadata } };
  const tellCookie = seen === 0 && now - at >= grace;
  return { state: "live", id: to, record: next.record, ledOn: { tellCookie } };
}

/** Whether a request that arrives now may store a new session, in spite of `tombstone`. */
function hasSettled({ settings }: ProtocolContext, { told, at }: Tombstone): boolean {
  return !told || settings.now() - at >= SETTLING_SECONDS;
}
