// A user with a browser: keeps cookies, reads the page as JSON, and posts forms with their token, on all servers in turn.
import assert from "node:assert/strict";
import { Browser } from "@redistore/http/testing";

export class Visitor {
  browser;
  #places;
  #userAgent;
  /** Counts requests: each goes to the next server. */
  #requests = 0;

  /**
   * @param {readonly import("../places.js").Place[]} places
   * @param {Browser} [browser] whose cookies are copied; default none
   * @param {string} [userAgent]
   */
  constructor(places, browser, userAgent = "redistore demo") {
    this.#places = places;
    this.#userAgent = userAgent;
    this.browser = browser?.clone() ?? new Browser(places[0]?.origin ?? "");
  }

  /** Another visitor, with a copy of the current cookies. */
  copy() {
    return new Visitor(this.#places, this.browser, this.#userAgent);
  }

  /** Another visitor, without cookies. @param {string} [userAgent] */
  stranger(userAgent) {
    return new Visitor(this.#places, undefined, userAgent);
  }

  /** Visits the page, which counts the visit. @returns {Promise<import("../page/view.js").View>} */
  async visit() {
    return JSON.parse((await this.#get("application/json")).text);
  }

  /** Visits the page once on each server. */
  async visitEachServer() {
    const views = [];
    for (const _ of this.#places) views.push(await this.visit());
    return views;
  }

  /** The same with the cookies of now on each server, also if a response removes them. */
  async showCookiesToEachServer() {
    const cookies = [...this.browser.cookies];
    const views = [];
    for (const _ of this.#places) {
      for (const [name, value] of cookies) this.browser.cookies.set(name, value);
      views.push(await this.visit());
    }
    return views;
  }

  /** Visits the page and returns its HTML. */
  async page() {
    return (await this.#get("text/html")).text;
  }

  /** @param {string} accept the Accept header */
  async #get(accept) {
    const response = await this.browser.visit(this.#next("/"), { headers: { accept } });
    assert.equal(response.status, 200, `GET / got status ${response.status}`);
    return response;
  }

  /** The CSRF token of the session. */
  async token() {
    return (await this.browser.visit(this.#next("/csrf"))).text.trim();
  }

  /**
   * Posts a form without following the redirect.
   *
   * @param {string} path
   * @param {Record<string, string>} fields
   * @returns {Promise<number>} the status
   */
  post(path, fields) {
    return this.postTo(this.#next(path), fields);
  }

  /**
   * The same to a server that is not one of the three.
   *
   * @param {string} url
   * @param {Record<string, string>} fields
   * @returns {Promise<number>} the status
   */
  async postTo(url, fields) {
    const body = new URLSearchParams(fields).toString();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": this.#userAgent,
    };
    const { status } = await this.browser.visit(url, {
      method: "POST",
      headers,
      body,
    });
    return status;
  }

  /**
   * Posts a form with its token; throws unless it is accepted.
   *
   * @param {string} path
   * @param {Record<string, string>} [fields]
   */
  async submit(path, fields = {}) {
    const status = await this.post(path, { ...fields, csrf: await this.token() });
    assert.equal(status, 303, `POST ${path} got status ${status}`);
  }

  /** @param {string} path */
  #next(path) {
    const place = this.#places[this.#requests++ % this.#places.length];
    assert.ok(place, "there is no server");
    return place.origin + path;
  }
}
