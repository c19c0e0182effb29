// Whether two values are the same to a session.
import { isDeepStrictEqual } from "node:util";

/** Deep equality; values nested too deep to be compared count as different, which costs a write and loses nothing. */
export function equal(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(one, other);
  } catch (error) {
    if (error instanceof RangeError) return false; // The stack is exhausted.
    throw error;
  }
}
