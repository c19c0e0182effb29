// Lower bound: node:http and ioredis with GET and SET and an unsigned cookie, without any safety.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Redis } from "ioredis";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title = "node:http + ioredis GET and SET, unsigned cookie";
export const packages = ["ioredis"];

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const redis = new Redis(redisUrl);

  /**
   * @param {import("node:http").IncomingMessage} req
   * @param {import("node:http").ServerResponse} res
   */
  async function serve(req, res) {
    const id = /(?:^|; )session=([^;]+)/.exec(req.headers.cookie ?? "")?.[1];
    const record = id === undefined ? null : await redis.get(keyPrefix + id);
    const values = record === null ? {} : JSON.parse(record);
    const body = exercise(req.url, values);
    if (req.url !== "/read") {
      const writtenTo = id ?? randomBytes(32).toString("base64url");
      await redis.set(keyPrefix + writtenTo, JSON.stringify(values), "EX", MAX_AGE);
      if (id === undefined) {
        const cookie = `session=${writtenTo}; Path=/; Max-Age=${MAX_AGE}; HttpOnly; SameSite=Lax`;
        res.setHeader("Set-Cookie", cookie);
      }
    }
    res.end(body);
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error) => res.destroy(error));
  });
  return { server, close: async () => redis.disconnect() };
}
