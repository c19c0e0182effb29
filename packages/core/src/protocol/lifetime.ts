// How long a session lives: its own maxAge, cut by the limits of the store.
import type { Metadata } from "../changes/metadata.ts";
import type { RecordsSettings } from "./protocol-context.ts";

/** Cuts the lifetime of a session that belongs to no principal, in seconds. */
export function capAnonymous(
  { anonymousMaxAge }: RecordsSettings,
  { principal }: Metadata,
  seconds: number,
): number {
  return principal === undefined ? Math.min(seconds, anonymousMaxAge) : seconds;
}

/**
 * The lifetime of a record after a save, in seconds, not yet cut by the absolute timeout.
 *
 * @param given the lifetime that the host decides, if it does
 */
export function lifetimeOf(settings: RecordsSettings, metadata: Metadata, given?: number): number {
  const maxAge = given ?? metadata.maxAge ?? settings.maxAge;
  const own = maxAge > 0 ? maxAge : settings.defaultMaxAge;
  // A host that decides the lifetime names no principals, unless withPrincipal finds them.
  const mayBeAnonymous = given === undefined || settings.principalOf !== undefined;
  return mayBeAnonymous ? capAnonymous(settings, metadata, own) : own;
}

/** Seconds until the absolute timeout of the session, with fractions; negative if it is over, Infinity if there is none. */
export function secondsLeft(
  { absoluteTimeout, now }: RecordsSettings,
  { authenticated, created }: Metadata,
): number {
  const start = authenticated ?? created;
  return start === undefined ? Infinity : start + absoluteTimeout - now();
}

/**
 * Notes when the session began, if the absolute timeout or a principal needs it, and when it got its id, if that is to be renewed. Other records stay
 * as Go writes them.
 */
export function withBeginning(
  settings: RecordsSettings,
  metadata: Metadata,
  at: number = timeOf(settings),
): Metadata {
  const isNeeded = settings.absoluteTimeout < Infinity || metadata.principal !== undefined;
  const [created, renewed] = [isNeeded ? at : undefined, settings.renewal ? at : undefined];
  const hasAll =
    (metadata.created ?? created) === metadata.created &&
    (metadata.renewed ?? renewed) === metadata.renewed;
  if (hasAll) return metadata;
  return {
    ...metadata,
    ...(created !== undefined && { created: metadata.created ?? created }),
    ...(renewed !== undefined && { renewed: metadata.renewed ?? renewed }),
  };
}

/** Whether the session has had its id for so long that it has to get another. Of a session that another program stored that is not known: it does. */
export function isRenewalDue({ renewal, now }: RecordsSettings, { renewed }: Metadata): boolean {
  return renewal !== undefined && now() - (renewed ?? 0) >= renewal.every;
}

/** The time to note in a record: in milliseconds, because more digits say nothing. */
export function timeOf({ now }: RecordsSettings): number {
  return Math.round(now() * 1000) / 1000;
}
