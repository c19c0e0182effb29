// The usual sessions of Express: express-session with connect-redis on node-redis, set up as in connect-redis' README.
import { createServer } from "node:http";
import { RedisStore } from "connect-redis";
import express from "express";
import session from "express-session";
import { createClient } from "redis";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title = "Express 5, express-session + connect-redis on node-redis, signed cookie";
export const packages = ["express", "express-session", "connect-redis", "redis"];

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const client = createClient({ url: redisUrl });
  await client.connect();
  const middleware = session({
    store: new RedisStore({ client, prefix: keyPrefix }),
    secret: "an authentication key of 32 char",
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax", maxAge: MAX_AGE * 1000 },
  });
  const app = express()
    .use(middleware)
    .use((req, res) => {
      res.send(exercise(req.path, req.session));
    });
  return { server: createServer(app), close: async () => client.destroy() };
}
