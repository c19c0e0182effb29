// HTML as tagged templates: whatever is put in is escaped, unless it is such a template itself.

/** Text that is HTML already. */
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
 * `undefined` and `false` put in nothing, arrays all their members.
 *
 * @param {TemplateStringsArray} strings
 * @param {...Part} parts
 */
export function html(strings, ...parts) {
  return new Html(String.raw({ raw: strings }, ...parts.map(render)));
}

/** @param {string} text that is trusted: of this program's own making */
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
