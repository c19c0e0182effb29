// The sections of the page. Each shows one feature of sessions.
import { ITEMS } from "../actions/actions.js";
import { WIND } from "../actions/clocks.js";
import { duration, minutes } from "./duration.js";
import { html } from "./html.js";
import { MAX_PRESSES, WRITES } from "../actions/writes.js";

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
export function account({ user, devices, csrf }) {
  if (user === undefined) {
    return html`<section>
      <h2>You are not logged in</h2>
      <p>A login gives the session a new id and keeps the basket. Any name will do.</p>
      ${form("/login", csrf, [field("name", "Your name", 40), html`<button>Log in</button>`])}
    </section>`;
  }
  return html`<section>
    <h2>${user} is logged in</h2>
    <p>
      Log out ends this session at once, on every server and for every copy of its cookie. Log in as
      ${user} in another browser too, to end that session from here.
    </p>
    ${list(devices.map((each) => device(each, csrf)))}
    <div class="row">
      ${form("/logout", csrf, html`<button>Log out</button>`)}
      ${devices.length > 1 && form("/logout-others", csrf, html`<button class="quiet">Log out all others</button>`)}
      ${form("/logout-everywhere", csrf, html`<button class="quiet">Log out everywhere</button>`)}
    </div>
  </section>`;
}

/**
 * @param {import("../actions/devices.js").Device} device
 * @param {string} csrf
 */
function device({ publicId, label, since, own }, csrf) {
  const [date, at = ""] = since.split("T");
  return html`<li>
    <b>${label}</b>${own && " (this one)"}, since ${date} ${at.slice(0, 5)} UTC
    ${
      !own &&
      form("/logout-device", csrf, [
        html`<input type="hidden" name="device" value="${publicId}" />`,
        html`<button class="quiet">Log out this one</button>`,
      ])
    }
  </li>`;
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

/** The button is disabled until the script enables it, because it needs the script. @param {View} view */
export function parallel({ presses, places, csrf }) {
  const lines = presses.map(({ tab, arrived, by }) => {
    const shares = places.map(({ name }) => `${by[name] ?? 0} by ${name}`);
    return html`<li><b>${arrived} of ${WRITES}</b> of tab ${tab}: ${shares.join(", ")}</li>`;
  });
  const origins = places.map(({ origin }) => origin).join(" ");
  return html`<section>
    <h2>Many writes at once</h2>
    <p>
      The button sends ${WRITES} writes at once, spread over all three servers, each with a key of
      its own. Press it in two tabs at the same time: no write is lost.
    </p>
    ${lines.length > 0 && list(lines)}
    <div class="row">
      ${
        presses.length < MAX_PRESSES &&
        html`<form method="post" action="/write" data-origins="${origins}" data-writes="${WRITES}">
          ${token(csrf)}<button disabled>Write ${WRITES} times</button>
          <noscript>This needs JavaScript.</noscript>
          <p role="status"></p>
        </form>`
      }
      ${lines.length > 0 && form("/clear", csrf, html`<button class="quiet">Clear them</button>`)}
    </div>
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

/** @param {View} view */
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
    <pre tabindex="0" role="region" aria-label="The stored value">${pretty(record.value)}</pre>
  </section>`;
}

/** @param {import("./html.js").Html[]} items */
function list(items) {
  return html`<ul>
    ${items}
  </ul>`;
}

/**
 * @param {string} action
 * @param {string} csrf
 * @param {import("./html.js").Part} content
 */
function form(action, csrf, content) {
  return html`<form method="post" action="${action}">${token(csrf)}${content}</form>`;
}

/** @param {string} csrf */
function token(csrf) {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}

/**
 * @param {string} name
 * @param {string} label
 * @param {number} longest
 */
function field(name, label, longest) {
  return html`<input
    name="${name}"
    aria-label="${label}"
    placeholder="${label}"
    maxlength="${longest}"
    autocomplete="off"
    required
  />`;
}

/** @param {string} json */
function pretty(json) {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}
