// Keeps a session alive that is used: the expiry of its record is moved by the command that reads it.
import type { Activity } from "../backends/activity.ts";
import type { Deadline } from "../backends/deadline.ts";
import type { Metadata } from "../changes/metadata.ts";
import { lifetimeOf, secondsLeft } from "./lifetime.ts";
import type { LiveRecord } from "./load.ts";
import type { ProtocolContext, RecordsSettings } from "./protocol-context.ts";

/** Seconds by which an expiry may differ from what it should be: the clocks of Redis and of this process run apart a little. */
const TOLERANCE = 1;

export function activityOf(settings: RecordsSettings, every: number | undefined): Activity {
  const { maxAge, defaultMaxAge, anonymousMaxAge, absoluteTimeout, now } = settings;
  return {
    seconds: maxAge || defaultMaxAge,
    browserSeconds: defaultMaxAge,
    anonymousSeconds: anonymousMaxAge,
    absoluteSeconds: absoluteTimeout,
    every,
    now: now(),
  };
}

/** Seconds after which the expiry of a session with these metadata is due to be moved. */
export function everyOf(
  settings: RecordsSettings,
  metadata: Metadata,
  every: number | undefined,
): number {
  return every ?? lifetimeOf(settings, metadata) / 10;
}

/** The least seconds after which the expiry of any session is due that names no lifetime of its own. */
export function leastEveryOf(settings: RecordsSettings, every: number | undefined): number {
  return every ?? Math.min(lifetimeOf(settings, {}), lifetimeOf(settings, { principal: "" })) / 10;
}

/**
 * Moves the expiry of a session that is due, if reading it has not: its own lifetime was not known then. Corrects what a record of misleading text
 * has brought about.
 */
export async function keepAlive(
  { backend, settings }: ProtocolContext,
  { id, record, expiresIn }: LiveRecord,
  metadata: Metadata,
  every: number | undefined,
  deadline: Deadline,
): Promise<void> {
  const lifetime = lifetimeOf(settings, metadata);
  const seconds = Math.min(lifetime, secondsLeft(settings, metadata));
  const least = (every ?? lifetime / 10) / 2;
  if (expiresIn === undefined || seconds - expiresIn > least + TOLERANCE) {
    await backend.touch(id, seconds, deadline);
  } else if (expiresIn !== Infinity && expiresIn - seconds > TOLERANCE) {
    // Only a write lowers an expiry. If the record has changed meanwhile, that write has set it.
    await backend.replace(id, record, record, seconds, deadline);
  }
}
