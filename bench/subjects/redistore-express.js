// @redistore/express with its defaults, and a key pair that signs and encrypts.
import { createServer } from "node:http";
import { createStore, keysFromStrings, withKeyPrefix, withURL } from "@redistore/core";
import { session } from "@redistore/express";
import express from "express";
import { exercise } from "../scenarios.js";

export const title = "Express 5, @redistore/express";
export const packages = ["express", "@redistore/express", "@redistore/core", "ioredis"];

const KEYS = keysFromStrings(
  "an authentication key of 32 char",
  "and an encryption key of 32 char",
);

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const store = await createStore(KEYS, withURL(redisUrl), withKeyPrefix(keyPrefix));
  const app = express()
    .use(session(store))
    .use((req, res) => {
      res.send(exercise(req.path, req.session));
    });
  return { server: createServer(app), close: () => store.close() };
}
