// The routes of the demo, the same on every server: one page, and the forms on it.
import { actions } from "./actions/actions.js";
import { tokenMatches } from "./csrf.js";
import { FormError } from "./actions/form-error.js";
import { pageHeaders, renderPage } from "./page/page.js";
import { renderText } from "./page/text.js";
import { visit } from "./page/view.js";

/**
 * The context that each server of the demo gets.
 *
 * @typedef {object} Demo
 * @property {import("./sessions/open-sessions.js").Sessions} sessions
 * @property {readonly import("./places.js").Place[]} places all servers; complete once they listen
 * @property {import("./peer/peer-servers.js").Peers | undefined} peers the same with other sessions, for comparison; undefined in memory
 * @property {string} here the name of this server
 */

/**
 * @typedef {object} Request
 * @property {string | undefined} method
 * @property {string} path without the query
 * @property {import("node:http").IncomingHttpHeaders} headers
 * @property {() => Promise<URLSearchParams>} form
 */

/**
 * @typedef {object} Response
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {string} body
 */

/**
 * Returns the response. The server stores the session before it sends the response.
 *
 * @param {Demo} demo
 * @param {import("./actions/actions.js").DemoSession} session
 * @param {Request} request
 * @returns {Promise<Response>}
 */
export async function respond(demo, session, { method, path, headers, form }) {
  if (method === "GET" && path === "/")
    return show(await visit(demo, session, headers), headers.accept);
  if (method === "GET" && path === "/csrf") return plain(200, session.values.csrf ?? "");
  if (method !== "POST")
    return plain(404, "There is only /, and /csrf, which gives the token for forms.");
  const action = actions.get(path);
  if (!action) return plain(404, "No such form.");
  const fields = await form();
  if (!action.open && !tokenMatches(session.values.csrf, fields.get("csrf")))
    return plain(403, "The form has no valid token for this session. Load the page again.");
  try {
    await action.run(session, fields, demo, headers);
  } catch (error) {
    if (error instanceof FormError) return plain(400, error.message);
    throw error;
  }
  if (action.quiet) return { status: 204, headers: {}, body: "" };
  // After a 303 a reload repeats the page and not the form.
  return { status: 303, headers: { location: "/" }, body: "" };
}

/**
 * @param {import("./page/view.js").View} view
 * @param {string} [accept]
 * @returns {Response}
 */
function show(view, accept = "") {
  if (accept.includes("text/html"))
    return { status: 200, headers: pageHeaders(view), body: renderPage(view) };
  if (!accept.includes("application/json")) return plain(200, renderText(view));
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: 200, headers, body: JSON.stringify(view) };
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Response}
 */
function plain(status, text) {
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return { status, headers, body: `${text}\n` };
}
