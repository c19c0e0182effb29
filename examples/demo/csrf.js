// A token in the session and in every form: another site can make a browser send a form, but cannot read what belongs in it.
import { randomBytes, timingSafeEqual } from "node:crypto";

/** @returns {string} 128 random bits */
export function newToken() {
  return randomBytes(16).toString("base64url");
}

/**
 * @param {string | undefined} expected of the session; a session without one accepts none
 * @param {string | null} given by the form
 */
export function isGenuine(expected, given) {
  if (!expected || !given) return false;
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
