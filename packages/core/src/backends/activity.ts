// Moves the expiry of a record that is read, by the lifetime that the record itself names, in one step with reading it.

/** How activity moves the expiry of records. Durations and times are in seconds. */
export interface Activity {
  /** The lifetime of a session that names none. */
  readonly seconds: number;
  /** The lifetime of a session that names 0: it lasts until the browser closes. */
  readonly browserSeconds: number;
  /** The longest lifetime without a principal; Infinity is no limit. */
  readonly anonymousSeconds: number;
  /** The longest life since the login, or else since the beginning; Infinity is no limit. */
  readonly absoluteSeconds: number;
  /** The expiry is moved at most this often; undefined is a tenth of the lifetime. */
  readonly every: number | undefined;
  readonly now: number;
}

/** What a record says of its lifetime. */
export interface LifetimeFields {
  readonly isOwned: boolean;
  readonly maxAge: number | undefined;
  readonly start: number | undefined;
}

const KEY = "_redistore";

/**
 * Finds the fields in the record's text, whatever the serializer, without parsing it: a script in Redis has to do the same. A value of the application can look like them.
 * So what they say decides nothing that is not checked when the record was read.
 */
export function lifetimeFieldsIn(record: Buffer): LifetimeFields {
  const text = record.toString("latin1");
  const at = text.lastIndexOf(KEY);
  const fields = at < 0 ? "" : text.slice(at);
  return {
    isOwned: /principal\\*":/.test(fields),
    maxAge: numberIn(fields, /maxAge\\*":(\d+)/g),
    start:
      numberIn(fields, /authenticated\\*":([\d.]+)/g) ?? numberIn(fields, /created\\*":([\d.]+)/g),
  };
}

/** The text in which {@link lifetimeFieldsIn} finds the fields again; empty if there are none. */
export function formatLifetimeFields({ isOwned, maxAge, start }: LifetimeFields): string {
  if (!isOwned && maxAge === undefined && start === undefined) return "";
  return KEY + JSON.stringify({ ...(isOwned && { principal: 1 }), created: start, maxAge });
}

/** Until when the record lives if it is used now, and how much sooner it has to expire for the expiry to be moved. */
export function movedBy(
  { isOwned, maxAge, start }: LifetimeFields,
  activity: Activity,
): { readonly seconds: number; readonly least: number } {
  const { seconds, browserSeconds, anonymousSeconds, absoluteSeconds, every, now } = activity;
  const own = maxAge === 0 ? browserSeconds : (maxAge ?? seconds);
  const lifetime = isOwned ? own : Math.min(own, anonymousSeconds);
  const left = start === undefined ? Infinity : start + absoluteSeconds - now;
  // Half of it: the cookie, which decides that the expiry is due, has the time in whole seconds.
  return { seconds: Math.min(lifetime, left), least: (every ?? lifetime / 10) / 2 };
}

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = [...text.matchAll(pattern)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}
