// Login, logout, and logout everywhere. The demo has no passwords: any name is accepted.
import { newToken } from "./csrf.js";
import { FormError, textField } from "./form-error.js";

/** @typedef {import("./actions.js").Action} Action */

/** Renews the id and the CSRF token: an attacker who knows the old ones must not be logged in too. @type {Action} */
export async function login(session, form) {
  const name = textField(form, "name", 40);
  session.values.user = name;
  session.values.csrf = newToken();
  session.addFlash(`Welcome, ${name}. Your session has a new id.`);
  await session.regenerate({ principal: name });
}

/** @type {Action} */
export async function logout(session) {
  await session.destroy();
}

/**
 * Ends all sessions of the current user. `regenerate({ principal })` stored the user's name in each session, and this reads all sessions of
 * the store to find them. That is one read for each session, which is fine for a demo. A login during the search can be missed.
 * An index of sessions by principal would solve both, but the store does not have one yet.
 *
 * @type {Action}
 */
export async function logoutEverywhere(session, _form, { sessions: { store } }) {
  const { id: currentId, principal } = session;
  if (principal === undefined) throw new FormError("You are not logged in.");
  for await (const id of store.ids()) {
    if (id === currentId) continue;
    const record = await store.records.load(id);
    if (record.principal === principal) await store.records.destroy(id);
  }
  // The current session ends last: if Redis fails earlier, the user is still logged in and can try again.
  await session.destroy();
}
