// The clocks that end a session by themselves, and the form that winds them forward.
import { ABSOLUTE_TIMEOUT } from "../sessions/clock.js";

/** In seconds. One press of the button. */
export const WIND = 20 * 60;

/**
 * One of the times after which a session ends.
 *
 * @typedef {object} Clock
 * @property {string} name
 * @property {string} rule
 * @property {number} left seconds
 * @property {number} of seconds
 */

/**
 * A clock that activity moves would be a second one in this list.
 *
 * @param {import("../sessions/clock.js").DemoClock} clock
 * @param {import("./actions.js").DemoSession} session
 * @returns {Clock[]}
 */
export function clocksOf(clock, { authenticatedAt, createdAt }) {
  const start = authenticatedAt ?? createdAt;
  if (start === undefined) return [];
  const left = start.getTime() / 1000 + ABSOLUTE_TIMEOUT - clock.now();
  const rule = authenticatedAt
    ? "from the login on, however busy the session is"
    : "from the first visit on, however busy the session is; a login begins it anew";
  return [{ name: "Absolute", rule, left, of: ABSOLUTE_TIMEOUT }];
}

/** Writes nothing to the session, which may have ended by the new time. @type {import("./actions.js").Action} */
export async function windForward(_session, _form, { sessions: { clock } }) {
  clock.windForward(WIND);
}
