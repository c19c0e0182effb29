// What the demo answers to a request, whatever server took it: one page, and the forms on it.
import { actions, FormError } from "./actions.js";
import { isGenuine } from "./csrf.js";
import { PAGE_HEADERS, renderPage } from "./page.js";
import { renderText } from "./text.js";
import { visit } from "./view.js";

/**
 * @typedef {object} Request
 * @property {string | undefined} method
 * @property {string} path without the query
 * @property {string | undefined} accept
 * @property {() => Promise<URLSearchParams>} form
 */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string} body
 */

/**
 * Nothing of the answer is sent before the session is stored: that is the server's part.
 *
 * @param {import("./open-sessions.js").Sessions} sessions
 * @param {import("./actions.js").DemoSession} session
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
export async function respond(sessions, session, { method, path, accept, form }) {
  if (method === "GET" && path === "/") return show(await visit(sessions, session), accept);
  if (method === "GET" && path === "/csrf") return plain(200, session.values.csrf ?? "");
  if (method !== "POST") return plain(404, "There is only /, and /csrf with the token for forms.");
  const open = actions.open.get(path);
  const action = open ?? actions.protected.get(path);
  if (!action) return plain(404, "No such form.");
  const fields = await form();
  if (!open && !isGenuine(session.values.csrf, fields.get("csrf")))
    return plain(403, "The form carries no token of this session. Load the page again.");
  try {
    await action(session, fields);
  } catch (error) {
    if (error instanceof FormError) return plain(400, error.message);
    throw error;
  }
  // By 303 a reload repeats the page and not the form; the cookie, if there is a new one, goes with it.
  return { status: 303, headers: { location: "/" }, body: "" };
}

/**
 * @param {import("./view.js").View} view
 * @param {string} [accept]
 * @returns {Answer}
 */
function show(view, accept = "") {
  if (accept.includes("text/html"))
    return { status: 200, headers: PAGE_HEADERS, body: renderPage(view) };
  if (!accept.includes("application/json")) return plain(200, renderText(view));
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: 200, headers, body: JSON.stringify(view) };
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Answer}
 */
function plain(status, text) {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return { status, headers, body: `${text}\n` };
}
