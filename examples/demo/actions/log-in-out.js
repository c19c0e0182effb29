// Login and logout. The demo has no passwords: any name is accepted.
import { newToken } from "../csrf.js";
import { deviceLabel } from "./devices.js";
import { textField } from "./form-error.js";

/** @typedef {import("./actions.js").Action} Action */

/** Renews the id and the CSRF token: an attacker who knows the old ones must not be logged in too. @type {Action} */
export async function login(session, form, _demo, headers) {
  const name = textField(form, "name", 40);
  session.values.user = name;
  session.values.csrf = newToken();
  session.addFlash(`Welcome, ${name}. Your session has a new id.`);
  await session.regenerate({ principal: name, label: deviceLabel(headers["user-agent"]) });
}

/** @type {Action} */
export async function logout(session) {
  await session.destroy();
}
