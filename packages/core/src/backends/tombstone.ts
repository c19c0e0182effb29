// The mark that stays beside a record that was retired or destroyed, so that requests in flight learn what became of it.

/**
 * What became of a session id: it was destroyed, or regenerated as `to`. Requests may go on as `to` until `until` (Unix
 * seconds); afterwards the mark only leads a logout to the successor.
 */
export type Mark = { readonly to: string; readonly until: number } | { readonly to: undefined };

/** The mark of a destroyed session. */
export const DEAD: Mark = { to: undefined };

/** How long a mark lives, in seconds: longer than the longest request that may still hold the old id. */
export const MARK_SECONDS = 300;

/** A mark as it is stored: `dead`, or `to <until> <id>`. */
export function formatMark(mark: Mark): string {
  return mark.to === undefined ? "dead" : `to ${mark.until} ${mark.to}`;
}

/** Reads a stored mark; what cannot be read counts as dead, which loses an id but never brings one back. */
export function parseMark(text: string): Mark {
  const match = /^to (\d+) (.+)$/s.exec(text);
  return match ? { until: Number(match[1]), to: match[2] as string } : DEAD;
}
