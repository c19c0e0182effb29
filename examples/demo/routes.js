// What the demo answers to a request, whatever server took it: one page, and the forms on it.
import { actions } from "./actions.js";
import { isGenuine } from "./csrf.js";
import { FormError } from "./form-error.js";
import { pageHeaders, renderPage } from "./page.js";
import { renderText } from "./text.js";
import { visit } from "./view.js";

/**
 * What every server of the demo is given.
 *
 * @typedef {object} Demo
 * @property {import("./open-sessions.js").Sessions} sessions
 * @property {readonly import("./places.js").Place[]} places all servers, once they listen
 * @property {string} here the name of this one
 */

/**
 * @typedef {object} Request
 * @property {string | undefined} method
 * @property {string} path without the query
 * @property {import("node:http").IncomingHttpHeaders} headers
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
 * @param {Demo} demo
 * @param {import("./actions.js").DemoSession} session
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
export async function respond(demo, session, { method, path, headers, form }) {
  if (method === "GET" && path === "/")
    return show(await visit(demo, session, headers), headers.accept);
  if (method === "GET" && path === "/csrf") return plain(200, session.values.csrf ?? "");
  if (method !== "POST") return plain(404, "There is only /, and /csrf with the token for forms.");
  const action = actions.get(path);
  if (!action) return plain(404, "No such form.");
  const fields = await form();
  if (!action.open && !isGenuine(session.values.csrf, fields.get("csrf")))
    return plain(403, "The form carries no token of this session. Load the page again.");
  try {
    await action.run(session, fields, demo);
  } catch (error) {
    if (error instanceof FormError) return plain(400, error.message);
    throw error;
  }
  if (action.quiet) return { status: 204, headers: {}, body: "" };
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
    return { status: 200, headers: pageHeaders(view), body: renderPage(view) };
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
