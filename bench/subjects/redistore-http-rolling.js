// @redistore/http with withRolling, where no session is due: activity moves expiries once per three days.
import { createServer } from "node:http";
import { createStore, keysFromStrings, withRolling, withKeyPrefix, withURL } from "@redistore/core";
import { withSession } from "@redistore/http";
import { exercise } from "../scenarios.js";

export const title = "@redistore/http, withRolling";
export const packages = ["@redistore/http", "@redistore/core", "ioredis"];

const KEYS = keysFromStrings(
  "an authentication key of 32 char",
  "and an encryption key of 32 char",
);

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const store = await createStore(KEYS, withURL(redisUrl), withKeyPrefix(keyPrefix), withRolling());
  const server = createServer(
    withSession(store, (req, res, { values }) => {
      res.end(exercise(req.url, values));
    }),
  );
  return { server, close: () => store.close() };
}
