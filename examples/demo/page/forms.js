// Lists, and forms with their token and their fields.
import { html } from "./html.js";

/** @param {import("./html.js").Html[]} items */
export function list(items) {
  return html`<ul>
    ${items}
  </ul>`;
}

/**
 * @param {string} action
 * @param {string} csrf
 * @param {import("./html.js").Part} content
 */
export function form(action, csrf, content) {
  return html`<form method="post" action="${action}">${token(csrf)}${content}</form>`;
}

/** @param {string} csrf */
export function token(csrf) {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}

/**
 * @param {string} name
 * @param {string} label
 * @param {number} longest
 */
export function field(name, label, longest) {
  return html`<input
    name="${name}"
    aria-label="${label}"
    placeholder="${label}"
    maxlength="${longest}"
    autocomplete="off"
    required
  />`;
}
