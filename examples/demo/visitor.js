// Somebody with a browser: keeps cookies, reads the view as JSON, posts forms with their token.
import assert from "node:assert/strict";
import { Browser } from "@redistore/http/testing";

export class Visitor {
  browser;

  /** @param {string | Browser} from an origin, or the browser whose cookies to begin with */
  constructor(from) {
    this.browser = typeof from === "string" ? new Browser(from) : from.clone();
  }

  /** Somebody else with the same cookies, as of now. */
  copy() {
    return new Visitor(this.browser);
  }

  /** A visit of the page; it counts. @returns {Promise<import("./view.js").View>} */
  async look() {
    return JSON.parse((await this.#get("application/json")).text);
  }

  /** The same as HTML. */
  async page() {
    return (await this.#get("text/html")).text;
  }

  /** @param {string} accept */
  async #get(accept) {
    const answer = await this.browser.visit("/", { headers: { accept } });
    assert.equal(answer.status, 200, `GET / was answered with ${answer.status}`);
    return answer;
  }

  async token() {
    return (await this.browser.visit("/csrf")).text.trim();
  }

  /**
   * Posts a form, and does not follow the redirect.
   *
   * @param {string} path
   * @param {Record<string, string>} fields
   * @returns {Promise<number>} the status
   */
  async post(path, fields) {
    const body = new URLSearchParams(fields).toString();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status } = await this.browser.visit(path, { method: "POST", headers, body });
    return status;
  }

  /**
   * Posts a form with its token; it has to be accepted.
   *
   * @param {string} path
   * @param {Record<string, string>} [fields]
   */
  async submit(path, fields = {}) {
    const status = await this.post(path, { ...fields, csrf: await this.token() });
    assert.equal(status, 303, `POST ${path} was answered with ${status}`);
  }
}
