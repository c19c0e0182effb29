// The section on what is stored.
import { isWrite } from "../actions/writes.js";
import { duration } from "./duration.js";
import { html } from "./html.js";

/** @param {import("./view.js").View} view */
export function stored({ stored: record, session }) {
  if (!record)
    return html`<section class="wide">
      <h2>Stored now</h2>
      <p>Nothing.</p>
    </section>`;
  return html`<section class="wide">
    <h2>Stored now</h2>
    <dl>
      <dt>Key</dt>
      <dd><code>${record.key}</code></dd>
      <dt>Public id</dt>
      <dd><code>${session}</code></dd>
      ${
        record.expires !== undefined &&
        html`<dt>Expires in</dt>
          <dd>${duration(record.expires)}</dd>`
      }
    </dl>
    ${value(record.value)}
  </section>`;
}

/** The many keys of the writes are folded away, so that the others stay readable. @param {string} json */
function value(json) {
  const entries = Object.entries(/** @type {object} */ (JSON.parse(json)));
  const writes = entries.filter(([key]) => isWrite(key));
  const others = entries.filter(([key]) => !isWrite(key));
  return html`${block("The stored value", others)}
  ${
    writes.length > 0 &&
    html`<details>
      <summary>And ${writes.length} writes, each with a key of its own</summary>
      ${block("The stored writes", writes)}
    </details>`
  }`;
}

/**
 * @param {string} label
 * @param {[key: string, value: unknown][]} entries
 */
function block(label, entries) {
  const text = JSON.stringify(Object.fromEntries(entries), undefined, 2);
  return html`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>`;
}
