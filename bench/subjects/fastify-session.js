// The usual sessions of Fastify: @fastify/session with connect-redis on node-redis.
import cookie from "@fastify/cookie";
import session from "@fastify/session";
import { RedisStore } from "connect-redis";
import { fastify } from "fastify";
import { createClient } from "redis";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title = "Fastify 5, @fastify/session + connect-redis on node-redis, signed cookie";
export const packages = [
  "fastify",
  "@fastify/cookie",
  "@fastify/session",
  "connect-redis",
  "redis",
];

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const client = createClient({ url: redisUrl });
  await client.connect();
  const app = fastify();
  app.register(cookie);
  app.register(session, {
    store: new RedisStore({ client, prefix: keyPrefix }),
    secret: "an authentication key of 32 char",
    saveUninitialized: false,
    // By default it stores the session and sends its cookie with every response, which would not be comparable.
    rolling: false,
    cookie: { httpOnly: true, sameSite: "lax", maxAge: MAX_AGE * 1000, secure: "auto" },
  });
  app.get("*", async (request) => exercise(request.url, request.session));
  await app.ready();
  return { server: app.server, close: async () => client.destroy() };
}
