// The error of every write to an ended session.
import { SessionGoneError } from "../errors.ts";

export function gone(): SessionGoneError {
  return new SessionGoneError(
    "The session ended while this request used it (by a logout, a new login or its expiry), so the change was not stored. Respond with 409, or call regenerate() to begin a new session.",
  );
}
