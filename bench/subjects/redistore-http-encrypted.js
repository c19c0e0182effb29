// @redistore/http with withEncryptedValues.
import { createServer } from "node:http";
import {
  createStore,
  keysFromStrings,
  withEncryptedValues,
  withKeyPrefix,
  withURL,
} from "@redistore/core";
import { withSession } from "@redistore/http";
import { exercise } from "../scenarios.js";

export const title = "@redistore/http, withEncryptedValues";
export const packages = ["@redistore/http", "@redistore/core", "ioredis"];

const KEYS = keysFromStrings(
  "an authentication key of 32 char",
  "and an encryption key of 32 char",
);

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const store = await createStore(
    KEYS,
    withURL(redisUrl),
    withKeyPrefix(keyPrefix),
    withEncryptedValues(),
  );
  const server = createServer(
    withSession(store, (req, res, { values }) => {
      res.end(exercise(req.url, values));
    }),
  );
  return { server, close: () => store.close() };
}
