// Durations as people write them.

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds >= 2 * 86_400) return `${Math.round(seconds / 86_400)} days`;
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} hours` : `${seconds} seconds`;
}

/** @param {number} seconds */
export function minutes(seconds) {
  const count = Math.ceil(seconds / 60);
  return count === 1 ? "1 minute" : `${count} minutes`;
}
