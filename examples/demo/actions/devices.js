// The devices on which a user is logged in: the list of them, and the forms that log them out.
import { FormError, textField } from "./form-error.js";

/** @typedef {import("./actions.js").Action} Action */

/**
 * One session of the user, as the page lists it.
 *
 * @typedef {object} Device
 * @property {string} publicId names the session; no session can be loaded with it, so a page may contain it
 * @property {string} label
 * @property {string} since when the user logged in, as ISO 8601
 * @property {boolean} own the session of this browser
 */

/**
 * Costs one command and one for each session of this user, however many sessions the store has.
 *
 * @param {import("../sessions/open-sessions.js").Sessions} sessions
 * @param {import("./actions.js").DemoSession} session
 * @returns {Promise<Device[]>} empty without a login
 */
export async function devicesOf({ store }, { principal, publicId: own }) {
  if (principal === undefined) return [];
  const listed = await store.principal(principal).sessions();
  return listed.map(({ publicId, label = "Unknown device", authenticatedAt }) => ({
    publicId,
    label,
    since: authenticatedAt?.toISOString() ?? "",
    own: publicId === own,
  }));
}

/**
 * The words for a browser, such as "Firefox on Linux". Only words of these lists: the header can contain anything.
 *
 * @param {string | undefined} userAgent the User-Agent header
 */
export function deviceLabel(userAgent = "") {
  // Edge's header names Chrome too, Chrome's names Safari too, Android's names Linux too.
  const [browser = "A browser"] = /Firefox|Edg|Chrome|Safari|curl/.exec(userAgent) ?? [];
  const [system] = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(userAgent) ?? [];
  const name = userAgent.includes("Edg/") ? "Edge" : browser;
  return system ? `${name} on ${system}` : name;
}

/** Logs out one device of the user. @type {Action} */
export async function logOutDevice(session, form, { sessions: { store } }) {
  const user = principalOf(session);
  const publicId = textField(form, "device", 100);
  if (publicId === session.publicId) return session.destroy();
  const ended = await store.principal(user).destroy(publicId);
  session.addFlash(ended ? "That device is logged out." : "That device was logged out already.");
}

/** Logs out all devices of the user but this one. @type {Action} */
export async function logOutOthers(session, _form, { sessions: { store } }) {
  const user = principalOf(session);
  const ended = await store.principal(user).destroyAll({ except: session.publicId });
  session.addFlash(`Other devices that were logged out: ${ended}.`);
}

/** Logs out all devices of the user. @type {Action} */
export async function logOutEverywhere(session, _form, { sessions: { store } }) {
  const user = principalOf(session);
  await store.principal(user).destroyAll({ except: session.publicId });
  // The current session ends last: if Redis fails earlier, the user is still logged in and can try again.
  await session.destroy();
}

/** @param {import("./actions.js").DemoSession} session */
function principalOf({ principal }) {
  if (principal === undefined) throw new FormError("You are not logged in.");
  return principal;
}
