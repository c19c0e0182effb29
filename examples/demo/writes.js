// Many writes to one session at the same time: each sets a key of its own, and what is there afterwards says how many arrived.
import { FormError } from "./form-error.js";

/** So many go out at one press of the button. */
export const WRITES = 30;
/** A session has room for so many presses. */
export const MAX_PRESSES = 8;
const PREFIX = "write ";

/**
 * What arrived of one press of the button.
 *
 * @typedef {object} Press
 * @property {string} tab that it was in
 * @property {number} arrived of `WRITES`
 * @property {Record<string, number>} by which servers
 */

/**
 * A plain assignment, as in any handler: the store merges what requests that overlap have set.
 *
 * @type {import("./actions.js").Action}
 */
export async function write({ values }, form, { here }) {
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
function isWrite(key) {
  return key.startsWith(PREFIX);
}
