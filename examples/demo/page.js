// The page: one view of one session as HTML.
import { createHash } from "node:crypto";
import { ITEMS } from "./actions.js";
import { html, trusted } from "./html.js";
import { STYLE } from "./style.js";

const styleHash = createHash("sha256").update(STYLE).digest("base64");
/** Not part of a template, whose white space may change: the hash is of every byte between the tags. */
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);

/** No script runs here, and no other page can frame this one or take its forms elsewhere. */
export const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  "x-content-type-options": "nosniff",
};

/** @param {import("./view.js").View} view */
export function renderPage(view) {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>redistore demo</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>redistore</h1>
          <p>Sessions are in ${view.where}.</p>
        </header>
        ${view.messages.map((message) => html`<p class="message" role="status">${message}</p>`)}
        ${view.refused && refusal(view)}
        <main>
          ${!view.ended && [visits(view), account(view), basket(view), note(view)]} ${stored(view)}
        </main>
      </body>
    </html>`;
  return page.toString();
}

/** @param {import("./view.js").View} view */
function refusal({ refused, ended }) {
  return html`<div class="refusal" role="status">
    <p>
      The cookie that came was refused: <b>${refused}</b>.
      ${ended ? "Its session is over." : "This is a new session."}
    </p>
    ${ended && html`<form method="post" action="/restart"><button>Begin a new session</button></form>`}
  </div>`;
}

/** @param {import("./view.js").View} view */
function visits({ visits: count }) {
  return html`<section>
    <h2>Visits</h2>
    <p class="number">${count}</p>
    <a class="button quiet" href="/">Visit again</a>
  </section>`;
}

/** @param {import("./view.js").View} view */
function account({ user, csrf }) {
  if (user === undefined) {
    return html`<section>
      <h2>Nobody is logged in</h2>
      <p>Logging in moves the session to a new id, basket and all.</p>
      ${form("/login", csrf, [field("name", "Your name", 40), html`<button>Log in</button>`])}
    </section>`;
  }
  return html`<section>
    <h2>${user} is logged in</h2>
    <p>Logging out ends the session at once, for every copy of its cookie.</p>
    ${form("/logout", csrf, html`<button>Log out</button>`)}
  </section>`;
}

/** @param {import("./view.js").View} view */
function basket({ basket: items, csrf }) {
  const lines = Object.entries(items).map(
    ([item, count]) => html`<li><b>${count}</b> ${item}</li>`,
  );
  const buttons = ITEMS.map(
    (item) => html`<button class="quiet" name="item" value="${item}">+ ${item}</button>`,
  );
  return html`<section>
    <h2>Basket</h2>
    ${
      lines.length > 0
        ? html`<ul>
            ${lines}
          </ul>`
        : html`<p>It is empty.</p>`
    }
    ${form("/add", csrf, buttons)}
    ${lines.length > 0 && form("/empty", csrf, html`<button class="quiet">Empty it</button>`)}
  </section>`;
}

/** @param {import("./view.js").View} view */
function note({ csrf }) {
  return html`<section>
    <h2>Flash message</h2>
    <p>It is shown once, on the next page.</p>
    ${form("/note", csrf, [field("text", "Message", 120), html`<button>Leave it</button>`])}
  </section>`;
}

/** @param {import("./view.js").View} view */
function stored({ stored: look, session }) {
  if (!look)
    return html`<section class="wide">
      <h2>Stored now</h2>
      <p>Nothing.</p>
    </section>`;
  return html`<section class="wide">
    <h2>Stored now</h2>
    <dl>
      <dt>Key</dt>
      <dd><code>${look.key}</code></dd>
      <dt>Public name</dt>
      <dd><code>${session}</code></dd>
      ${
        look.expires !== undefined &&
        html`<dt>Expires in</dt>
          <dd>${duration(look.expires)}</dd>`
      }
    </dl>
    <pre>${pretty(look.value)}</pre>
  </section>`;
}

/**
 * @param {string} action
 * @param {string} csrf
 * @param {import("./html.js").Part} content
 */
function form(action, csrf, content) {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="csrf" value="${csrf}" />${content}
  </form>`;
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

/** @param {number} seconds */
function duration(seconds) {
  if (seconds >= 2 * 86_400) return `${Math.round(seconds / 86_400)} days`;
  return seconds >= 7200 ? `${Math.round(seconds / 3600)} hours` : `${seconds} seconds`;
}
