// What the forms of the page do to a session; they know no HTTP, so that every server shares them.
import { FormError, line } from "./form-error.js";
import { login, logout, logoutEverywhere } from "./log-in-out.js";
import { clear, write } from "./writes.js";

/** @typedef {import("@redistore/core").Session<import("./open-sessions.js").Values>} DemoSession */
/** @typedef {(session: DemoSession, form: URLSearchParams, demo: import("./routes.js").Demo) => Promise<void>} Action */

/** What can be bought. */
export const ITEMS = ["Tea", "Coffee", "Honey"];

/** Counts, so it has to run again where another request was faster: `update`, not a change of `values`. @type {Action} */
async function add(session, form) {
  const item = form.get("item") ?? "";
  if (!ITEMS.includes(item)) throw new FormError(`There is no such item. ${ITEMS.join(", ")}?`);
  session.addFlash(`${item} is in the basket.`);
  await session.update((values) => {
    const { basket = {} } = values;
    values.basket = { ...basket, [item]: (basket[item] ?? 0) + 1 };
  });
}

/** @type {Action} */
async function empty(session) {
  delete session.values.basket;
  session.addFlash("The basket is empty.");
}

/** @type {Action} */
async function note(session, form) {
  session.addFlash(line(form, "text", 120));
}

/** @type {Action} */
async function rotate(session, _form, { sessions: { keys } }) {
  keys.rotate();
  session.addFlash(`Key ${keys.count} signs cookies from now on.`);
}

/** A session of the cookie's that has ended is not written to again, until this is asked for. @type {Action} */
async function restart(session) {
  if (session.rejected !== "gone") return;
  await session.regenerate({ keep: false });
  session.addFlash("A new session, with a new id.");
}

/**
 * By the path they are posted to. `open` ones need no token: there is no session to keep one. After `quiet` ones no page is shown: a script
 * sends many of them.
 *
 * @type {Map<string, { run: Action, open?: boolean, quiet?: boolean }>}
 */
export const actions = new Map([
  ["/add", { run: add }],
  ["/empty", { run: empty }],
  ["/note", { run: note }],
  ["/login", { run: login }],
  ["/logout", { run: logout }],
  ["/logout-everywhere", { run: logoutEverywhere }],
  ["/write", { run: write, quiet: true }],
  ["/clear", { run: clear }],
  ["/rotate", { run: rotate }],
  ["/restart", { run: restart, open: true }],
]);
