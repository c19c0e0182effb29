// The sections of the page. Each shows one feature of sessions.
import { ITEMS } from "../actions/actions.js";
import { WIND } from "../actions/clocks.js";
import { minutes } from "./duration.js";
import { field, form, list } from "./forms.js";
import { html } from "./html.js";

/** @typedef {import("./view.js").View} View */

/** @param {View} view */
export function visits({ visits: count }) {
  return html`<section>
    <h2>Visits</h2>
    <p class="number">${count}</p>
    <a class="button quiet" href="/">Visit again</a>
  </section>`;
}

/** @param {View} view */
export function basket({ basket: items, csrf }) {
  const lines = Object.entries(items).map(
    ([item, count]) => html`<li><b>${count}</b> ${item}</li>`,
  );
  const buttons = ITEMS.map(
    (item) => html`<button class="quiet" name="item" value="${item}">+ ${item}</button>`,
  );
  return html`<section>
    <h2>Basket</h2>
    ${lines.length > 0 ? list(lines) : html`<p>It is empty.</p>`} ${form("/add", csrf, buttons)}
    ${lines.length > 0 && form("/empty", csrf, html`<button class="quiet">Empty it</button>`)}
  </section>`;
}

/** @param {View} view */
export function note({ csrf }) {
  return html`<section>
    <h2>Flash message</h2>
    <p>It is shown once, on the next page.</p>
    ${form("/note", csrf, [field("text", "Message", 120), html`<button>Add message</button>`])}
  </section>`;
}

/** @param {View} view */
export function key({ key: { came, signs }, csrf }) {
  let cookie = "Your cookie is new and signed by this key.";
  if (came === signs) cookie = "It signed your cookie.";
  else if (came)
    cookie = `Your cookie was signed by key ${came}, and was sent again under the new key.`;
  return html`<section>
    <h2>Key ${signs} signs cookies</h2>
    <p>${cookie}</p>
    <p>A new key can replace it while the servers run. Old keys stay valid, so logins stay.</p>
    ${form("/rotate", csrf, html`<button class="quiet">Rotate the key</button>`)}
  </section>`;
}

/** @param {View} view */
export function time({ clocks, ahead, csrf }) {
  return html`<section>
    <h2>Time</h2>
    <p>
      A session ends by itself when its time is up. The clock of this demo can be wound forward.
    </p>
    ${list(
      clocks.map(
        ({ name, rule, left, of }) =>
          html`<li>${name}: <b>${minutes(left)}</b> left of ${minutes(of)}, ${rule}</li>`,
      ),
    )}
    ${ahead > 0 && html`<p>The clock is ${minutes(ahead)} ahead.</p>`}
    ${form("/wind-forward", csrf, html`<button class="quiet">Wind forward ${minutes(WIND)}</button>`)}
  </section>`;
}
