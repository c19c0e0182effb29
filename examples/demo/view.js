// What the page shows, as plain data: rendered as HTML, as text for curl, or as JSON.
import { newToken } from "./csrf.js";

/**
 * @typedef {object} View
 * @property {string} where the sessions are
 * @property {string | undefined} refused why the cookie that came was not accepted
 * @property {boolean} ended the cookie was good, but its session is over: nothing is written until a new one is asked for
 * @property {string} session a public name for the session id
 * @property {number} visits
 * @property {string | undefined} user
 * @property {Record<string, number>} basket
 * @property {string[]} messages
 * @property {string} csrf
 * @property {import("./open-sessions.js").Look | undefined} stored
 */

/**
 * Counts the visit, then looks at what is stored.
 *
 * @param {import("./open-sessions.js").Sessions} sessions
 * @param {import("./actions.js").DemoSession} session
 * @returns {Promise<View>}
 */
export async function visit({ where, look }, session) {
  const ended = session.rejected === "gone";
  const messages = session.flashes().map(String);
  if (!ended) {
    await session.update((values) => {
      values.visits = (values.visits ?? 0) + 1;
      values.csrf ??= newToken();
    });
  }
  const { visits = 0, user, basket = {}, csrf = "" } = session.values;
  const stored = session.id === "" ? undefined : await look(session.id);
  const refused = session.rejected;
  const handle = session.handle;
  return { where, refused, ended, session: handle, visits, user, basket, messages, csrf, stored };
}
