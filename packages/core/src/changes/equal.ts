// Compares two values of a session.
import { isDeepStrictEqual } from "node:util";

/** Deep equality. Values nested too deep to compare count as different, which costs a write and loses nothing. */
export function equal(one: unknown, other: unknown): boolean {
  try {
    return isDeepStrictEqual(one, other);
  } catch (error) {
    if (error instanceof RangeError) return false; // Stack overflow.
    throw error;
  }
}
