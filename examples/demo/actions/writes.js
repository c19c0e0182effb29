// Many writes to one session at the same time. Each sets a key of its own, so the stored keys show how many arrived.
import { FormError } from "./form-error.js";

/** The number of writes that one press of the button sends. */
export const WRITES = 30;
/** The number of presses that fit into a session. */
export const MAX_PRESSES = 8;
const PREFIX = "write ";

/**
 * The writes of one press of the button that have arrived.
 *
 * @typedef {object} Press
 * @property {string} tab the browser tab
 * @property {number} arrived at most `WRITES`
 * @property {Record<string, number>} by the count for each server
 */

/** The store merges the changes of overlapping requests. @type {import("./actions.js").Action} */
export async function write({ values }, form, { here }) {
  recordWrite(values, form, here);
}

/**
 * A plain assignment, as in any handler. The servers with other sessions, which the demo compares itself with, run it too.
 *
 * @param {import("./actions.js").DemoSession["values"]} values
 * @param {URLSearchParams} form
 * @param {string} here the name of the server
 */
export function recordWrite(values, form, here) {
  const [tab = "", n = ""] = [form.get("tab"), form.get("n")].map((field) => field ?? "");
  if (!/^\w{1,8}$/.test(tab) || !/^\d+$/.test(n) || Number(n) >= WRITES)
    throw new FormError(`A write has a "tab" of 1 to 8 letters, and an "n" below ${WRITES}.`);
  const presses = pressesIn(values);
  if (presses.length >= MAX_PRESSES && !presses.some((press) => press.tab === tab))
    throw new FormError("There are many writes already. Clear them first.");
  values[`${PREFIX}${tab} ${n}`] = here;
}

/** @type {import("./actions.js").Action} */
export async function clear({ values }) {
  for (const key of writesIn(values)) delete values[key];
}

/**
 * @param {import("./actions.js").DemoSession["values"]} values
 * @returns {Press[]}
 */
export function pressesIn(values) {
  /** @type {Map<string, Press>} */
  const presses = new Map();
  for (const key of writesIn(values)) {
    const [, tab = ""] = key.split(" ");
    const server = values[key] ?? "";
    const press = presses.get(tab) ?? { tab, arrived: 0, by: {} };
    press.arrived++;
    press.by[server] = (press.by[server] ?? 0) + 1;
    presses.set(tab, press);
  }
  return [...presses.values()];
}

/**
 * @param {import("./actions.js").DemoSession["values"]} values
 * @returns {`write ${string}`[]}
 */
function writesIn(values) {
  return Object.keys(values).filter(isWrite);
}

/** @param {string} key @returns {key is `write ${string}`} */
export function isWrite(key) {
  return key.startsWith(PREFIX);
}
