// The section on an outage of Redis.
import { form, list } from "./forms.js";
import { html } from "./html.js";

/** @param {import("./view.js").View} view */
export function outage({ outage: { possible, responses }, csrf }) {
  const lines = responses.map(
    ({ name, during, after }) =>
      html`<li><b>${name}</b>: ${during}; after the outage ${after}</li>`,
  );
  return html`<section>
    <h2>An outage</h2>
    <p>
      The button stops Redis for ten seconds, asks every server for a page at once, and again after
      the outage. Open another tab meanwhile to see it yourself.
    </p>
    ${lines.length > 0 && list(lines)}
    ${
      possible
        ? form("/outage", csrf, html`<button class="quiet">Stop Redis for 10 seconds</button>`)
        : html`<p>It needs a Redis of the demo's own: start the demo without REDIS_URL.</p>`
    }
  </section>`;
}
