// Opens the store that all servers of the demo share: in the Redis of REDIS_URL, in a Redis that the demo starts, or in memory.
import { randomBytes } from "node:crypto";
import {
  createStore,
  generateKeys,
  keysFromEnv,
  keysFromStrings,
  withAbsoluteTimeout,
  withClock,
  withKeyPrefix,
  withMaxLength,
  withMemory,
  withURL,
} from "@redistore/core";
import { Redis } from "ioredis";
import { findRedis } from "../../../test/redis/find-redis.mjs";
import { startRedis } from "../../../test/redis/start-redis.mjs";
import { ABSOLUTE_TIMEOUT, DemoClock } from "./clock.js";
import { EncryptedCopies } from "./encrypted-copies.js";
import { Outage } from "./outage.js";
import { RotatingKeys } from "./rotating-keys.js";

/**
 * The data of a demo session: `basket` has a count for each item, each `write ...` the name of the server that handled it.
 *
 * @typedef {{
 *   visits: number;
 *   user: string;
 *   basket: Record<string, number>;
 *   csrf: string;
 *   [write: `write ${string}`]: string;
 * }} Values
 */

/**
 * One stored record, as the page shows it.
 *
 * @typedef {object} StoredView
 * @property {string} key shortened, because the session id in it is a secret
 * @property {string} value
 * @property {number | undefined} expires seconds until it expires; undefined in memory
 */

/**
 * @typedef {object} Sessions
 * @property {import("@redistore/core").RediStore<Values>} store
 * @property {RotatingKeys} keys
 * @property {DemoClock} clock
 * @property {string | undefined} redisUrl undefined in memory
 * @property {string} prefix of the keys in it
 * @property {string} where the place where sessions are stored, in a few words
 * @property {string} why the reason for that place
 * @property {(id: string) => Promise<StoredView | undefined>} readStored the record under this id
 * @property {EncryptedCopies | undefined} encrypted copies of sessions as they are stored with withEncryptedValues; undefined in memory
 * @property {Outage} outage
 * @property {() => Promise<void>} close
 */

/** Of the key prefixes of all runs. */
const KEY_PREFIX = "demo_";
/** In bytes. Enough for a few hundred writes. */
const MAX_LENGTH = 16_384;
/** In milliseconds. If starting Redis takes longer, the demo prints why. */
const SLOW_START = 1500;

const createDemoStore = /** @type {typeof createStore<Values>} */ (createStore);

/**
 * A run that does not go on with the sessions of an earlier one gets a key prefix of its own. Otherwise users whom the earlier run logged out
 * everywhere could not log in until this run's clock is past that time, and a clock of the demo may be ahead.
 *
 * @param {{ lasting: boolean }} options `lasting`: sessions may stay valid after a restart, which needs SESSION_KEYS
 * @returns {Promise<Sessions>}
 */
export async function openSessions({ lasting }) {
  const goesOn = lasting && process.env["SESSION_KEYS"];
  const prefix = goesOn ? KEY_PREFIX : `${KEY_PREFIX}${randomBytes(3).toString("hex")}_`;
  const url = process.env["REDIS_URL"];
  if (url) {
    const sessions = await openInRedis(url, prefix);
    return { ...sessions, where: `Redis at ${addressOf(url)}`, why: "REDIS_URL names it" };
  }
  const own = await startOwnRedis();
  if (own instanceof Error) return openInMemory(own, prefix);
  const { server, how } = own;
  const sessions = await openInRedis(server.url, prefix);
  return {
    ...sessions,
    where: `a Redis of the demo's own at 127.0.0.1:${server.port}`,
    why: how,
    outage: new Outage(server),
    close: async () => {
      await sessions.close();
      await server.stop();
    },
  };
}

async function startOwnRedis() {
  const slow = setTimeout(
    () => console.log("Getting a redis-server from the system's packages ..."),
    SLOW_START,
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
 * @param {string} prefix
 * @returns {Promise<Omit<Sessions, "where" | "why">>}
 */
async function openInRedis(url, prefix) {
  const { store, keys, clock } = await open(withURL(url), prefix);
  // Stored records are read with a separate client, to show what Redis has and not what the store reports.
  const redisUrl = url.replace(/^valkey/, "redis");
  const client = new Redis(redisUrl, { lazyConnect: true });
  // Without a listener ioredis prints every failed attempt. The command still rejects.
  client.on("error", () => {});
  const shared = { keys, clock, maxLength: MAX_LENGTH, client };
  const encrypted = await EncryptedCopies.open(url, prefix, shared);
  return {
    store,
    keys,
    clock,
    redisUrl,
    prefix,
    encrypted,
    outage: new Outage(undefined),
    readStored: async (id) => {
      const key = prefix + id;
      const [value, expires] = await Promise.all([client.get(key), client.ttl(key)]);
      return value === null ? undefined : { key: shorten(key, prefix), value, expires };
    },
    close: async () => {
      client.disconnect();
      await encrypted.close();
      await store.close();
    },
  };
}

/**
 * @param {Error} reason
 * @param {string} prefix
 * @returns {Promise<Sessions>}
 */
async function openInMemory(reason, prefix) {
  const { store, keys, clock } = await open(withMemory(), prefix);
  return {
    store,
    keys,
    clock,
    redisUrl: undefined,
    prefix,
    encrypted: undefined,
    outage: new Outage(undefined),
    where: "the memory of this process",
    why: reason.message,
    readStored: async (id) => {
      const record = await store.records.load(id);
      if (record.state !== "live") return undefined;
      return {
        key: shorten(prefix + id, prefix),
        value: JSON.stringify(record.values),
        expires: undefined,
      };
    },
    close: () => store.close(),
  };
}

/**
 * Uses the keys of SESSION_KEYS, or keys for this run only. Keys added by rotation are lost at a restart in both cases.
 *
 * @param {import("@redistore/core").StoreOption} connection
 * @param {string} prefix
 */
async function open(connection, prefix) {
  const clock = new DemoClock();
  const first = process.env["SESSION_KEYS"] ? keysFromEnv() : keysFromStrings(...generateKeys());
  const keys = new RotatingKeys(first, clock);
  const store = await createDemoStore(
    keys.current,
    connection,
    withKeyPrefix(prefix),
    withMaxLength(MAX_LENGTH),
    withClock(clock.now),
    withAbsoluteTimeout(ABSOLUTE_TIMEOUT),
  );
  return { store, keys, clock };
}

/** @param {string} key @param {string} prefix */
function shorten(key, prefix) {
  return `${key.slice(0, prefix.length + 6)}…`;
}

/** Host and path of the URL, without the password, for printing. @param {string} url */
function addressOf(url) {
  if (!URL.canParse(url)) return "an address";
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
