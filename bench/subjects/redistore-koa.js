// @redistore/koa with its defaults, and a key pair that signs and encrypts.
import { createServer } from "node:http";
import { createStore, keysFromStrings, withKeyPrefix, withURL } from "@redistore/core";
import { session } from "@redistore/koa";
import Koa from "koa";
import { exercise } from "../scenarios.js";

export const title = "Koa 3, @redistore/koa";
export const packages = ["koa", "@redistore/koa", "@redistore/core", "ioredis"];

const KEYS = keysFromStrings(
  "an authentication key of 32 char",
  "and an encryption key of 32 char",
);

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const store = await createStore(KEYS, withURL(redisUrl), withKeyPrefix(keyPrefix));
  const app = new Koa().use(session(store)).use((ctx) => {
    ctx.body = exercise(ctx.path, ctx.session);
  });
  return { server: createServer(app.callback()), close: () => store.close() };
}
