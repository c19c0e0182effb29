// What the forms of the page do to a session; they know no HTTP, so that every server shares them.
import { newToken } from "./csrf.js";

/** @typedef {import("@redistore/core").Session<import("./open-sessions.js").Values>} DemoSession */
/** @typedef {(session: DemoSession, form: URLSearchParams) => Promise<void>} Action */

/** What can be bought. */
export const ITEMS = ["Tea", "Coffee", "Honey"];

/** A form that cannot be accepted as it is: 400, with these words. */
export class FormError extends Error {}

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

/** A fresh id, or whoever knew the old one would be logged in too; and a fresh token, for it was known along with the id. @type {Action} */
async function login(session, form) {
  const name = line(form, "name", 40);
  session.values.user = name;
  session.values.csrf = newToken();
  session.addFlash(`Welcome, ${name}. Your session has a new id.`);
  await session.regenerate({ principal: name });
}

/** @type {Action} */
async function logout(session) {
  await session.destroy();
}

/** A session of the cookie's that has ended is not written to again, until this is asked for. @type {Action} */
async function restart(session) {
  if (session.rejected !== "gone") return;
  await session.regenerate({ keep: false });
  session.addFlash("A new session, with a new id.");
}

/** By the path they are posted to. Those of `open` need no token: there is no session to keep one. */
export const actions = {
  protected: new Map([
    ["/add", add],
    ["/empty", empty],
    ["/note", note],
    ["/login", login],
    ["/logout", logout],
  ]),
  open: new Map([["/restart", restart]]),
};

/**
 * @param {URLSearchParams} form
 * @param {string} field
 * @param {number} longest in characters
 */
function line(form, field, longest) {
  const text = form.get(field)?.trim() ?? "";
  if (text === "" || text.length > longest)
    throw new FormError(`"${field}" has to have 1 to ${longest} characters.`);
  return text;
}
