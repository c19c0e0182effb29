// CSRF tokens, in the session and in every form. Another site can make a browser post a form, but cannot read the token.
import { randomBytes, timingSafeEqual } from "node:crypto";

/** @returns {string} 128 random bits */
export function newToken() {
  return randomBytes(16).toString("base64url");
}

/**
 * @param {string | undefined} expected the session's token; without one every form is refused
 * @param {string | null} given the form's token
 */
export function tokenMatches(expected, given) {
  if (!expected || !given) return false;
  const [expectedBytes, givenBytes] = [Buffer.from(expected), Buffer.from(given)];
  return expectedBytes.length === givenBytes.length && timingSafeEqual(expectedBytes, givenBytes);
}
