// HTML as tagged templates. Values are escaped, except values that are templates themselves.

/** Text that is already HTML and is not escaped again. */
export class Html {
  #text;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

/** @typedef {Html | string | number | boolean | undefined | readonly Part[]} Part */

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/**
 * `undefined` and `false` are left out; an array is replaced by its items.
 *
 * @param {TemplateStringsArray} strings
 * @param {...Part} parts
 */
export function html(strings, ...parts) {
  return new Html(String.raw({ raw: strings }, ...parts.map(render)));
}

/** @param {string} text HTML written in this program, never user input */
export function trusted(text) {
  return new Html(text);
}

/**
 * @param {Part} part
 * @returns {string}
 */
function render(part) {
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(render).join("");
  if (part === undefined || part === false) return "";
  return String(part).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
