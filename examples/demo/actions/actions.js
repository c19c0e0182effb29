// Changes a session as each form of the page asks. Independent of HTTP, so all servers share it.
import { windForward } from "./clocks.js";
import { logOutDevice, logOutEverywhere, logOutOthers } from "./devices.js";
import { FormError, textField } from "./form-error.js";
import { login, logout } from "./log-in-out.js";
import { clear, write } from "./writes.js";

/** @typedef {import("@redistore/core").Session<import("../sessions/open-sessions.js").Values>} DemoSession */
/** @typedef {(session: DemoSession, form: URLSearchParams, demo: import("../routes.js").Demo, headers: import("node:http").IncomingHttpHeaders) => Promise<void>} Action */

/** The items on sale. */
export const ITEMS = ["Tea", "Coffee", "Honey"];

/** Uses `update`, which runs again after a conflict: a plain change of `values` could lose a parallel increment. @type {Action} */
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
  session.addFlash(textField(form, "text", 120));
}

/** @type {Action} */
async function rotate(session, _form, { sessions: { keys } }) {
  keys.rotate();
  session.addFlash(`Key ${keys.count} signs cookies from now on.`);
}

/** Responds after the outage. The page was loaded before it, and the session is stored after it. @type {Action} */
async function stopRedis(session, _form, { sessions: { outage }, places, peers }, { cookie = "" }) {
  if (!outage.possible) throw new FormError("This needs a Redis of the demo's own.");
  const targets = places.map(({ name, origin }) => ({ name, url: `${origin}/csrf`, cookie }));
  const [peer] = peers?.places ?? [];
  if (peers && peer) {
    // Without a session it would not ask Redis.
    const target = { name: peer.name, url: `${peer.origin}/presses`, cookie: await peers.begin() };
    targets.push(target);
  }
  await outage.run(targets);
  session.addFlash("Redis is back.");
}

/** @type {Action} */
async function encrypt({ id, values }, _form, { sessions: { encrypted } }) {
  if (!encrypted) throw new FormError("This needs Redis.");
  await encrypted.store(id, values);
}

/** Starts a new session for a browser whose session has ended. Other actions cannot write to an ended session. @type {Action} */
async function restart(session) {
  if (session.rejected !== "gone") return;
  await session.regenerate({ keep: false });
  session.addFlash("A new session, with a new id.");
}

/**
 * Actions by the path of their form. An `open` action needs no token, because there is no session to store one in. A `quiet` action gets
 * 204 instead of a redirect to the page, because the script sends many.
 *
 * @type {Map<string, { run: Action, open?: boolean, quiet?: boolean }>}
 */
export const actions = new Map([
  ["/add", { run: add }],
  ["/empty", { run: empty }],
  ["/note", { run: note }],
  ["/login", { run: login }],
  ["/logout", { run: logout }],
  ["/logout-device", { run: logOutDevice }],
  ["/logout-others", { run: logOutOthers }],
  ["/logout-everywhere", { run: logOutEverywhere }],
  ["/write", { run: write, quiet: true }],
  ["/clear", { run: clear }],
  ["/wind-forward", { run: windForward }],
  ["/rotate", { run: rotate }],
  ["/outage", { run: stopRedis }],
  ["/encrypt", { run: encrypt }],
  ["/restart", { run: restart, open: true }],
]);
