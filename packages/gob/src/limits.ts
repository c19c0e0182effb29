// Limits on the cost of reading a stream and writing a value: the bytes in Redis are not trusted.

import { checkOptionNames } from "./option-names.ts";

export interface GobLimits {
  /** The longest stream, in bytes. Default 16 MiB. */
  maxBytes: number;
  /** How deep values and their types may be nested. Default 2000, which fits Node's stack. */
  maxDepth: number;
  /**
   * The most values that one stream may create. Counted are keys, elements, fields, and the zeros that Go leaves out of structs,
   * which cost the writer nothing. Default 1,000,000. A short stream may create fewer: 1024, and 64 for each of its bytes.
   */
  maxValues: number;
}

export const DEFAULT_LIMITS: GobLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxDepth: 2000,
  maxValues: 1_000_000,
};

/** @throws TypeError for an unknown limit, or one that is not a whole number above 0. */
export function resolveLimits(limits: Partial<GobLimits> = {}): GobLimits {
  checkOptionNames("limits", limits, Object.keys(DEFAULT_LIMITS));
  const resolved = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, value] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new TypeError(`${name} must be a whole number above 0`);
  }
  return resolved;
}

/** The most values that a stream of this length may create. It grows linearly, so a short stream cannot be expensive. */
export function maxValuesFor(length: number, limits: GobLimits): number {
  return Math.min(limits.maxValues, 1024 + 64 * length);
}
