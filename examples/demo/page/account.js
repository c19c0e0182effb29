// The section on the login: who is logged in, on which devices, and the ways out.
import { field, form, list } from "./forms.js";
import { html } from "./html.js";

/** @param {import("./view.js").View} view */
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
