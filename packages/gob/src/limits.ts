// What a stream may cost to read, and a value to write: bytes in Redis may be anybody's.

export interface GobLimits {
  /** The longest stream, in bytes. Default 16 MiB. */
  maxBytes: number;
  /** How deep values (and the types they are of) may be nested. Default 2000, which fits the stack of Node. */
  maxDepth: number;
  /**
   * How many values one stream may make: every key, element and field, and every zero that Go leaves out of a struct, which costs the
   * writer nothing. Default 1,000,000. A shorter stream may make fewer: 1024, and 64 for each of its bytes.
   */
  maxValues: number;
}

export const DEFAULT_LIMITS: GobLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 2000,
  maxValues: 1_000_000,
};

/** @throws TypeError for a limit that is none. */
export function resolveLimits(limits: Partial<GobLimits> = {}): GobLimits {
  const resolved = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new TypeError(`${name} must be a whole number above 0`);
  }
  return resolved;
}

/** The work that a stream of this length may cause. Linear, so that no stream costs more than its size explains. */
export function allowance(length: number, limits: GobLimits): number {
  return Math.min(limits.maxValues, 1024 + 64 * length);
}
