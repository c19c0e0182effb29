// Renders the page as HTML, and its headers.
import { createHash } from "node:crypto";
import { html, trusted } from "./html.js";
import { SCRIPT } from "./script.js";
import { atRest } from "./at-rest.js";
import { account } from "./account.js";
import { outage } from "./outage.js";
import { parallel } from "./parallel.js";
import { basket, key, note, time, visits } from "./sections.js";
import { stored } from "./stored.js";
import { STYLE } from "./style.js";

/** @param {string} text */
const hashOf = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const [styleHash, scriptHash] = [hashOf(STYLE), hashOf(SCRIPT)];
/** Kept out of the template, whose white space the formatter may change: the policy's hash covers every byte between the tags. */
const STYLE_ELEMENT = trusted(`<style>${STYLE}</style>`);
const SCRIPT_ELEMENT = trusted(`<script type="module">${SCRIPT}</script>`);

/**
 * The policy allows only the page's own script, and lets it connect only to the demo's servers. Other pages cannot frame this one, and its
 * forms cannot be sent to other sites.
 *
 * @param {import("./view.js").View} view
 */
export function pageHeaders({ places, peers = [] }) {
  const policy = [
    "default-src 'none'",
    "img-src data:",
    `style-src ${styleHash}`,
    `script-src ${scriptHash}`,
    `connect-src ${[...places, ...peers].map(({ origin }) => origin).join(" ")}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
  };
}

/** @param {import("./view.js").View} view */
export function renderPage(view) {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>redistore demo on ${view.here}</title>
        <link rel="icon" href="data:," />
        ${STYLE_ELEMENT} ${SCRIPT_ELEMENT}
      </head>
      <body>
        <header>
          <h1>redistore</h1>
          <p>
            redistore keeps the sessions of a Node server in Redis: no request loses what another
            one wrote, and a session that has ended is over on every server.
          </p>
          <p>
            <b>${view.here}</b> sent this page. Three servers share its sessions, which are stored
            in ${view.where}.
          </p>
          ${servers(view)}
        </header>
        ${view.messages.map((message) => html`<p class="message" role="status">${message}</p>`)}
        ${view.refused && refusal(view)}
        <main>
          ${!view.ended && sections.map((section) => section(view))} ${stored(view)}
          ${!view.ended && atRest(view)}
        </main>
      </body>
    </html>`;
  return page.toString();
}

const sections = [visits, account, parallel, outage, time, key, basket, note];

/** @param {import("./view.js").View} view */
function servers({ here, places }) {
  const links = places.map(({ name, origin }) =>
    name === here
      ? html`<a href="${origin}/" aria-current="page">${name}</a>`
      : html`<a href="${origin}/">${name}</a>`,
  );
  return html`<nav aria-label="Servers">${links}</nav>`;
}

/** @param {import("./view.js").View} view */
function refusal({ refused, ended }) {
  return html`<div class="refusal" role="status">
    <p>
      Your cookie was refused: <b>${refused}</b>.
      ${ended ? "Its session has ended, by a logout or because its time was up." : "This is a new session."}
    </p>
    ${ended && html`<form method="post" action="/restart"><button>Start a new session</button></form>`}
  </div>`;
}
