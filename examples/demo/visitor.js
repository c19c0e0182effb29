// Somebody with a browser: keeps cookies, reads the view as JSON, posts forms with their token, to any of the servers.
import assert from "node:assert/strict";
import { Browser } from "@redistore/http/testing";

export class Visitor {
  browser;
  #places;
  /** Where it goes by itself: requests take turns, so that no server sees them all. */
  #turn = 0;

  /**
   * @param {readonly import("./places.js").Place[]} places
   * @param {Browser} [browser] the one whose cookies to begin with
   */
  constructor(places, browser) {
    this.#places = places;
    this.browser = browser?.clone() ?? new Browser(places[0]?.origin ?? "");
  }

  /** Somebody else with the same cookies, as of now. */
  copy() {
    return new Visitor(this.#places, this.browser);
  }

  /** Somebody else with another browser. */
  stranger() {
    return new Visitor(this.#places);
  }

  /** A visit of the page; it counts. @returns {Promise<import("./view.js").View>} */
  async look() {
    return JSON.parse((await this.#get("application/json")).text);
  }

  /** One visit of each server. */
  async lookEverywhere() {
    const views = [];
    for (const _ of this.#places) views.push(await this.look());
    return views;
  }

  /** The same as HTML. */
  async page() {
    return (await this.#get("text/html")).text;
  }

  /** @param {string} accept */
  async #get(accept) {
    const answer = await this.browser.visit(this.#next("/"), { headers: { accept } });
    assert.equal(answer.status, 200, `GET / was answered with ${answer.status}`);
    return answer;
  }

  async token() {
    return (await this.browser.visit(this.#next("/csrf"))).text.trim();
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
    const { status } = await this.browser.visit(this.#next(path), {
      method: "POST",
      headers,
      body,
    });
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

  /** @param {string} path */
  #next(path) {
    const place = this.#places[this.#turn++ % this.#places.length];
    assert.ok(place, "there is no server");
    return place.origin + path;
  }
}
