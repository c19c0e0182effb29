// The section on encryption at rest.
import { form } from "./forms.js";
import { html } from "./html.js";

/** @param {import("./view.js").View} view */
export function atRest({ encrypted, csrf }) {
  if (!encrypted.possible) {
    return html`<section class="wide">
      <h2>Encrypted at rest</h2>
      <p>This needs Redis.</p>
    </section>`;
  }
  return html`<section class="wide">
    <h2>Encrypted at rest</h2>
    <p>
      Redis has the JSON above, readable for every program that can read Redis or a backup of it.
      With the option withEncryptedValues() it has bytes that only the store's keys decrypt.
    </p>
    ${form("/encrypt", csrf, html`<button class="quiet">Store an encrypted copy</button>`)}
    ${encrypted.copy && compared(encrypted.copy)}
  </section>`;
}

/** @param {import("../sessions/encrypted-copies.js").EncryptedCopy} copy */
function compared({ hex, value }) {
  const pairs = hex.match(/../g) ?? [];
  return html`<div class="beside">
    <div>
      <p>${pairs.length} bytes in Redis</p>
      <pre tabindex="0" role="region" aria-label="The encrypted bytes">${pairs.join(" ")}</pre>
    </div>
    <div>
      <p>What the store reads</p>
      <pre tabindex="0" role="region" aria-label="The decrypted value">${pretty(value)}</pre>
    </div>
  </div>`;
}

/** @param {string} json */
function pretty(json) {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}
