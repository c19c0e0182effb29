// Logging in and out, here and everywhere. There are no passwords: whoever gives a name is taken for its owner.
import { newToken } from "./csrf.js";
import { FormError, line } from "./form-error.js";

/** @typedef {import("./actions.js").Action} Action */

/** A fresh id, or whoever knew the old one would be logged in too; and a fresh token, for it was known along with the id. @type {Action} */
export async function login(session, form) {
  const name = line(form, "name", 40);
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
 * Ends all sessions of whoever is logged in: `regenerate({ principal })` noted in each whose it is, and the store can go through them all.
 * That is as many reads as there are sessions, right for a demo and for an operator; and a login that is under way meanwhile can slip past.
 * There is no index of sessions by principal yet, which would mend both.
 *
 * @type {Action}
 */
export async function logoutEverywhere(session, _form, { sessions: { store } }) {
  const { id: own, principal } = session;
  if (principal === undefined) throw new FormError("Nobody is logged in.");
  for await (const id of store.ids()) {
    if (id === own) continue;
    const record = await store.records.load(id);
    if (record.principal === principal) await store.records.destroy(id);
  }
  // The own one last: should Redis fail before, one is still logged in, and can try again.
  await session.destroy();
}
