// An outage of the demo's own Redis, and what each server responds during it.
import { setTimeout as delay } from "node:timers/promises";

/** In milliseconds. */
const LENGTH = 10_000;
/** In milliseconds. No request is waited for longer. */
const PATIENCE = LENGTH + 5000;

/**
 * A page that reads a session.
 *
 * @typedef {object} Target
 * @property {string} name of the server
 * @property {string} url
 * @property {string} cookie the Cookie header, with a session
 */

/**
 * What a server responded to a request that was sent when Redis had stopped, and to one that was sent after the outage.
 *
 * @typedef {object} Responses
 * @property {string} name of the server
 * @property {string} during
 * @property {string} after
 */

export class Outage {
  #server;
  /** @type {Promise<Responses[]> | undefined} */
  #running;
  /** @type {Responses[]} */
  #last = [];

  /** @param {import("../../../test/redis/start-redis.mjs").RedisServer | undefined} server the demo's own; another Redis is not stopped */
  constructor(server) {
    this.#server = server;
  }

  get possible() {
    return this.#server !== undefined;
  }

  /** Of the last outage. */
  get responses() {
    return this.#last;
  }

  /**
   * Stops Redis as a frozen machine would: connections stay open, and get no reply. Resolves after the outage. During one it waits for that one.
   *
   * @param {readonly Target[]} targets
   */
  run(targets) {
    this.#running ??= this.#run(targets).finally(() => (this.#running = undefined));
    return this.#running;
  }

  /**
   * @param {readonly Target[]} targets
   */
  async #run(targets) {
    this.#server?.pause();
    const asked = targets.map(ask);
    try {
      await delay(LENGTH);
    } finally {
      this.#server?.resume();
    }
    const during = await Promise.all(asked);
    const after = await Promise.all(targets.map(ask));
    this.#last = targets.map(({ name }, at) => ({
      name,
      during: during[at] ?? "",
      after: after[at] ?? "",
    }));
    return this.#last;
  }
}

/**
 * The status of the response and the time it took, in words.
 *
 * @param {Target} target
 */
async function ask({ url, cookie }) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} seconds`;
  try {
    const response = await fetch(url, {
      headers: { cookie },
      signal: AbortSignal.timeout(PATIENCE),
    });
    await response.arrayBuffer();
    return `${response.status} after ${seconds()}`;
  } catch {
    return `no response in ${seconds()}`;
  }
}
