// Opens the one store that all servers of the demo share: in the Redis of REDIS_URL, in one of its own, or in memory.
import {
  createStore,
  generateKeys,
  keysFromEnv,
  keysFromStrings,
  withClock,
  withKeyPrefix,
  withMaxLength,
  withMemory,
  withURL,
} from "@redistore/core";
import { Redis } from "ioredis";
import { findRedis } from "../../test/redis/find-redis.mjs";
import { startRedis } from "../../test/redis/start-redis.mjs";
import { RotatingKeys } from "./rotating-keys.js";

/**
 * What a session of the demo holds.
 *
 * @typedef {{
 *   visits: number;
 *   user: string;
 *   basket: Record<string, number>;
 *   csrf: string;
 *   [write: `write ${string}`]: string;
 * }} Values
 *   of `basket` how many of each item; of a write which server took it
 */

/**
 * What is stored for one session, for a person to look at.
 *
 * @typedef {object} Look
 * @property {string} key the id in it is cut short: it is a secret
 * @property {string} value
 * @property {number | undefined} expires in seconds; undefined where that is not told
 */

/**
 * @typedef {object} Sessions
 * @property {import("@redistore/core").RediStore<Values>} store
 * @property {RotatingKeys} keys
 * @property {string} where the sessions are, in a few words
 * @property {string} why they are there
 * @property {(id: string) => Promise<Look | undefined>} look what is stored under this id
 * @property {() => Promise<void>} close
 */

const KEY_PREFIX = "demo_";
/** For some hundred writes. Bytes. */
const MAX_LENGTH = 16_384;
/** When one waits for Redis longer than this, one is told why. Milliseconds. */
const PATIENCE = 1500;

const createDemoStore = /** @type {typeof createStore<Values>} */ (createStore);

/** @returns {Promise<Sessions>} */
export async function openSessions() {
  const url = process.env["REDIS_URL"];
  if (url) {
    const sessions = await inRedis(url);
    return { ...sessions, where: `Redis at ${addressOf(url)}`, why: "REDIS_URL names it" };
  }
  const own = await ownRedis();
  if (own instanceof Error) return inMemory(own);
  const { server, how } = own;
  const sessions = await inRedis(server.url);
  return {
    ...sessions,
    where: `a Redis of the demo's own at 127.0.0.1:${server.port}`,
    why: how,
    close: async () => {
      await sessions.close();
      await server.stop();
    },
  };
}

async function ownRedis() {
  const slow = setTimeout(
    () => console.log("Getting a redis-server from the system's packages ..."),
    PATIENCE,
  );
  try {
    return { server: await startRedis(), how: (await findRedis()).how };
  } catch (error) {
    return /** @type {Error} */ (error);
  } finally {
    clearTimeout(slow);
  }
}

/**
 * @param {string} url
 * @returns {Promise<Omit<Sessions, "where" | "why">>}
 */
async function inRedis(url) {
  const { store, keys } = await open(withURL(url));
  // The look goes past the store, over a connection of its own: it shows what is there, not what the store says is there.
  const client = new Redis(url.replace(/^valkey/, "redis"), { lazyConnect: true });
  // Without a listener ioredis prints every failed attempt; the command that asked for it rejects all the same.
  client.on("error", () => {});
  return {
    store,
    keys,
    look: async (id) => {
      const key = KEY_PREFIX + id;
      const [value, expires] = await Promise.all([client.get(key), client.ttl(key)]);
      return value === null ? undefined : { key: shorten(key), value, expires };
    },
    close: async () => {
      client.disconnect();
      await store.close();
    },
  };
}

/**
 * @param {Error} reason
 * @returns {Promise<Sessions>}
 */
async function inMemory(reason) {
  const { store, keys } = await open(withMemory());
  return {
    store,
    keys,
    where: "the memory of this process",
    why: reason.message,
    look: async (id) => {
      const record = await store.records.load(id);
      if (record.state !== "live") return undefined;
      return {
        key: shorten(KEY_PREFIX + id),
        value: JSON.stringify(record.values),
        expires: undefined,
      };
    },
    close: () => store.close(),
  };
}

/**
 * Keys for this run alone, unless SESSION_KEYS says otherwise: then cookies outlive a restart, except those of keys that came after it.
 *
 * @param {import("@redistore/core").StoreOption} connection
 */
async function open(connection) {
  const first = process.env["SESSION_KEYS"] ? keysFromEnv() : keysFromStrings(...generateKeys());
  const keys = new RotatingKeys(first);
  const store = await createDemoStore(
    keys.current,
    connection,
    withKeyPrefix(KEY_PREFIX),
    withMaxLength(MAX_LENGTH),
    withClock(keys.clock),
  );
  return { store, keys };
}

/** @param {string} key */
function shorten(key) {
  return `${key.slice(0, KEY_PREFIX.length + 6)}…`;
}

/** @param {string} url its password stays out of what is shown */
function addressOf(url) {
  if (!URL.canParse(url)) return "an address";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
