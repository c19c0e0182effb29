// The section on many writes at once.
import { PEER } from "../peer/peer-servers.js";
import { MAX_PRESSES, WRITES } from "../actions/writes.js";
import { form, list, token } from "./forms.js";
import { html } from "./html.js";

/** The button is disabled until the script enables it, because it needs the script. @param {import("./view.js").View} view */
export function parallel({ presses, peerPresses, places, peers = [], csrf }) {
  const lines = presses.map(({ tab, arrived, by }) => {
    const shares = places.map(({ name }) => `${by[name] ?? 0} by ${name}`);
    const there = peerPresses.find((press) => press.tab === tab);
    return html`<li><b>${arrived} of ${WRITES}</b> of tab ${tab}: ${shares.join(", ")}</li>
      ${there && html`<li class="lost"><b>${there.arrived} of ${WRITES}</b> with ${PEER}</li>`}`;
  });
  return html`<section>
    <h2>Many writes at once</h2>
    <p>
      The button sends ${WRITES} writes at once, spread over all three servers, each with a key of
      its own. Press it in two tabs at the same time: no write is lost.
    </p>
    <p>
      ${
        peers.length > 0
          ? `Then it sends the same to three servers with ${PEER}, on the same Redis. They read the whole session at the start of a request, and write the whole at its end: of requests that overlap, the last one overwrites the others. redistore stores what each request changed.`
          : `With Redis, it sends the same to ${PEER}, for comparison.`
      }
    </p>
    ${lines.length > 0 && list(lines)}
    <div class="row">
      ${
        presses.length < MAX_PRESSES &&
        html`<form
          method="post"
          action="/write"
          data-origins="${originsOf(places)}"
          data-peers="${originsOf(peers)}"
          data-writes="${WRITES}"
        >
          ${token(csrf)}<button disabled>Write ${WRITES} times</button>
          <noscript>This needs JavaScript.</noscript>
          <p role="status"></p>
        </form>`
      }
      ${lines.length > 0 && form("/clear", csrf, html`<button class="quiet">Clear them</button>`)}
    </div>
  </section>`;
}

/** @param {import("../places.js").Place[]} servers */
function originsOf(servers) {
  return servers.map(({ origin }) => origin).join(" ");
}
