// @redistore/http with its defaults, and a key pair that signs and encrypts.
import { createServer } from "node:http";
import { createStore, keysFromStrings, withKeyPrefix, withURL } from "@redistore/core";
import { withSession } from "@redistore/http";
import { exercise } from "../scenarios.js";

export const title = "@redistore/http";
export const packages = ["@redistore/http", "@redistore/core", "ioredis"];

const KEYS = keysFromStrings(
  "an authentication key of 32 char",
  "and an encryption key of 32 char",
);

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const store = await createStore(KEYS, withURL(redisUrl), withKeyPrefix(keyPrefix));
  const server = createServer(
    withSession(store, (req, res, { values }) => {
      res.end(exercise(req.url, values));
    }),
  );
  return { server, close: () => store.close() };
}
