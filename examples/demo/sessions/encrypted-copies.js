// Copies of sessions in a second store, which encrypts what it stores, to show the bytes that Redis has then.
import {
  createStore,
  withClock,
  withEncryptedValues,
  withKeyPrefix,
  withMaxAge,
  withMaxLength,
  withURL,
} from "@redistore/core";

/** In seconds. A copy outlives its session, but not for long. */
const MAX_AGE = 600;

/** @typedef {import("./open-sessions.js").Values} Values */

/**
 * @typedef {object} EncryptedCopy
 * @property {string} hex the stored bytes
 * @property {string} value what the store reads from them, as JSON
 */

export class EncryptedCopies {
  #store;
  #client;
  #prefix;

  /**
   * @param {import("@redistore/core").RediStore<Values>} store
   * @param {import("ioredis").Redis} client reads the stored bytes, and not through the store
   * @param {string} prefix
   */
  constructor(store, client, prefix) {
    this.#store = store;
    this.#client = client;
    this.#prefix = prefix;
  }

  /**
   * An application has one store with `withEncryptedValues()`, which also reads the sessions that were stored before.
   *
   * @param {string} url
   * @param {string} prefix of the keys of the sessions themselves
   * @param {{ keys: import("./rotating-keys.js").RotatingKeys, clock: import("./clock.js").DemoClock, maxLength: number, client: import("ioredis").Redis }} shared with the store of the sessions
   */
  static async open(url, prefix, { keys, clock, maxLength, client }) {
    const ownPrefix = `${prefix}encrypted:`;
    const create = /** @type {typeof createStore<Values>} */ (createStore);
    const store = await create(
      keys.current,
      withURL(url),
      withKeyPrefix(ownPrefix),
      withMaxLength(maxLength),
      withMaxAge(MAX_AGE),
      withClock(clock.now),
      withEncryptedValues(),
    );
    return new EncryptedCopies(store, client, ownPrefix);
  }

  /** @param {string} id the session's @param {Partial<Values>} values */
  async store(id, values) {
    const { records } = this.#store;
    const found = await records.load(id);
    const copy = found.state === "live" ? found : records.create(id);
    for (const key of Object.keys(copy.values)) Reflect.deleteProperty(copy.values, key);
    Object.assign(copy.values, values);
    await copy.save();
  }

  /** @param {string} id @returns {Promise<EncryptedCopy | undefined>} */
  async read(id) {
    const bytes = await this.#client.getBuffer(this.#prefix + id);
    if (bytes === null) return undefined;
    const { values } = await this.#store.records.load(id);
    return { hex: bytes.toString("hex"), value: JSON.stringify(values) };
  }

  close() {
    return this.#store.close();
  }
}
