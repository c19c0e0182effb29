// Our store under express-session: only the store differs from express-session-connect-redis.
import { createServer } from "node:http";
import { createRecords, withKeyPrefix, withURL } from "@redistore/core";
import { ExpressSessionStore } from "@redistore/express/express-session";
import express from "express";
import session from "express-session";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title = "Express 5, express-session + ExpressSessionStore, signed cookie";
export const packages = [
  "express",
  "express-session",
  "@redistore/express",
  "@redistore/core",
  "ioredis",
];

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const records = await createRecords(withURL(redisUrl), withKeyPrefix(keyPrefix));
  const middleware = session({
    store: new ExpressSessionStore(records),
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
  return { server: createServer(app), close: () => records.close() };
}
