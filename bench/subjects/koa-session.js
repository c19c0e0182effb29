// The usual sessions of Koa: koa-session with the three store methods of its README, on ioredis.
import { createServer } from "node:http";
import { Redis } from "ioredis";
import Koa from "koa";
import session from "koa-session";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title = "Koa 3, koa-session + ioredis GET, SET and DEL, signed cookie";
export const packages = ["koa", "koa-session", "ioredis"];

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const redis = new Redis(redisUrl);
  const store = {
    /** @param {string} key */
    async get(key) {
      const record = await redis.get(keyPrefix + key);
      return record === null ? undefined : JSON.parse(record);
    },
    /**
     * @param {string} key
     * @param {unknown} values
     * @param {number} maxAge in milliseconds
     */
    async set(key, values, maxAge) {
      await redis.set(keyPrefix + key, JSON.stringify(values), "PX", maxAge);
    },
    /** @param {string} key */
    async destroy(key) {
      await redis.del(keyPrefix + key);
    },
  };
  const app = new Koa();
  app.keys = ["an authentication key of 32 char"];
  app.use(session({ store, sameSite: "lax", maxAge: MAX_AGE * 1000 }, app)).use((ctx) => {
    ctx.body = exercise(ctx.path, ctx.session);
  });
  return { server: createServer(app.callback()), close: async () => redis.disconnect() };
}
