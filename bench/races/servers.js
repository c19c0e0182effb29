// The servers that the races compare: the usual session libraries and ours, each with the same routes on the same Redis.
import { createServer } from "node:http";
import {
  createStore,
  generateKeys,
  keysFromStrings,
  withKeyPrefix,
  withURL,
} from "@redistore/core";
import { session as redistoreExpress } from "@redistore/express";
import { session as redistoreKoa } from "@redistore/koa";
import { RedisStore } from "connect-redis";
import express from "express";
import expressSession from "express-session";
import { Redis } from "ioredis";
import Koa from "koa";
import koaSession from "koa-session";
import { createClient } from "redis";

/**
 * @typedef {object} Race
 * @property {() => Promise<void>} meet resolves when all requests of the race have loaded their session
 *
 * @typedef {object} Opened
 * @property {import("node:http").Server} server
 * @property {() => Promise<unknown> | void} close
 */

const SECRET = "a secret of 32 characters or more";

/** @param {import("express").RequestHandler} sessions @param {Race} race */
function expressApp(sessions, race) {
  return createServer(
    express()
      .use(sessions)
      .get("/begin", (req, res) => {
        Object.assign(req.session, { begun: true });
        res.send("begun");
      })
      .get("/write/:key", async (req, res) => {
        await race.meet();
        Object.assign(req.session, { [req.params.key]: true });
        res.send("written");
      })
      .get("/end", (req, res, next) => {
        req.session.destroy((error) => (error ? next(error) : res.send("ended")));
      })
      .get("/count", (req, res) => {
        res.send(`${count(req.session)}`);
      })
      // The races provoke errors; the default handler would print each of them.
      .use(onError),
  );
}

/**
 * @param {{ status?: number }} error
 * @param {import("express").Request} _req
 * @param {import("express").Response} res
 * @param {import("express").NextFunction} _next Express recognizes an error handler by its four parameters
 */
function onError(error, _req, res, _next) {
  res.sendStatus(error.status ?? 500);
}

/** @param {Koa} app @param {Race} race */
function koaApp(app, race) {
  app.silent = true;
  app.use(async (ctx) => {
    const [, action, key = ""] = ctx.path.split("/");
    if (action === "begin") Object.assign(ctx.session ?? {}, { begun: true });
    if (action === "write") {
      // koa-session loads the session when it is first read.
      const { session } = ctx;
      await race.meet();
      Object.assign(session ?? {}, { [key]: true });
    }
    if (action === "end") ctx.session = null;
    ctx.body = action === "count" ? `${count(ctx.session ?? {})}` : "done";
  });
  return createServer(app.callback());
}

/** @param {object} values */
function count(values) {
  return Object.keys(values).filter((key) => key.startsWith("key")).length;
}

/** @type {Record<string, (redisUrl: string, race: Race) => Promise<Opened>>} */
export const servers = {
  async "express-session + connect-redis"(redisUrl, race) {
    const client = createClient({ url: redisUrl });
    await client.connect();
    const store = new RedisStore({ client, prefix: "connect-redis:" });
    const options = { store, secret: SECRET, resave: false, saveUninitialized: false };
    return {
      server: expressApp(expressSession(options), race),
      close: async () => client.destroy(),
    };
  },

  async "koa-session"(redisUrl, race) {
    const redis = new Redis(redisUrl);
    const store = {
      /** @param {string} key */
      async get(key) {
        const record = await redis.get(`koa-session:${key}`);
        return record === null ? undefined : JSON.parse(record);
      },
      /** @param {string} key @param {unknown} values @param {number} maxAge in milliseconds */
      async set(key, values, maxAge) {
        await redis.set(`koa-session:${key}`, JSON.stringify(values), "PX", maxAge);
      },
      /** @param {string} key */
      async destroy(key) {
        await redis.del(`koa-session:${key}`);
      },
    };
    const app = new Koa();
    app.keys = [SECRET];
    app.use(koaSession({ store }, app));
    return { server: koaApp(app, race), close: async () => redis.disconnect() };
  },

  async "@redistore/express"(redisUrl, race) {
    const store = await openStore(redisUrl, "redistore-express:");
    return { server: expressApp(redistoreExpress(store), race), close: () => store.close() };
  },

  async "@redistore/koa"(redisUrl, race) {
    const store = await openStore(redisUrl, "redistore-koa:");
    return { server: koaApp(new Koa().use(redistoreKoa(store)), race), close: () => store.close() };
  },
};

/** @param {string} redisUrl @param {string} prefix */
function openStore(redisUrl, prefix) {
  return createStore(keysFromStrings(...generateKeys()), withURL(redisUrl), withKeyPrefix(prefix));
}
