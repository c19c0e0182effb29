// Upper bound: redistore's promises written by hand: gorilla's cookie with node:crypto, and compare-and-set in a script.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Redis } from "ioredis";
import { decodeCookie, encodeCookie } from "../gorilla-cookie.js";
import { exercise, MAX_AGE } from "../scenarios.js";

export const title =
  "node:http + ioredis, gorilla's cookie by createHmac and createCipheriv, compare-and-set";
export const packages = ["ioredis"];

const KEYS = {
  authentication: "an authentication key of 32 char",
  encryption: "and an encryption key of 32 char",
};

const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`;

/** @typedef {Redis & { replace(key: string, expected: string, value: string, seconds: number): Promise<number> }} WithReplace */

/** @type {import("../subject.js").Open} */
export async function open({ redisUrl, keyPrefix }) {
  const redis = /** @type {WithReplace} */ (
    new Redis(redisUrl, { scripts: { replace: { lua: REPLACE, numberOfKeys: 1 } } })
  );

  /**
   * @param {import("node:http").IncomingMessage} req
   * @param {import("node:http").ServerResponse} res
   */
  async function serve(req, res) {
    const cookie = /(?:^|; )session=([^;]+)/.exec(req.headers.cookie ?? "")?.[1];
    const id = cookie === undefined ? undefined : decodeCookie(KEYS, "session", cookie, MAX_AGE);
    const record = id === undefined ? null : await redis.get(keyPrefix + id);
    const values = record === null ? {} : JSON.parse(record);
    const body = exercise(req.url, values);
    if (req.url !== "/read") {
      if (id !== undefined && record !== null) {
        const replaced = await redis.replace(
          keyPrefix + id,
          record,
          JSON.stringify(values),
          MAX_AGE,
        );
        if (replaced !== 1) throw new Error("Another request changed the session meanwhile.");
      } else {
        const newId = randomBytes(32).toString("base64url");
        await redis.set(keyPrefix + newId, JSON.stringify(values), "EX", MAX_AGE, "NX");
        const value = encodeCookie(KEYS, "session", newId);
        const attributes = `Path=/; Max-Age=${MAX_AGE}; HttpOnly; SameSite=Lax`;
        res.setHeader("Set-Cookie", `session=${value}; ${attributes}`);
      }
    }
    res.end(body);
  }

  const server = createServer((req, res) => {
    serve(req, res).catch((error) => res.destroy(error));
  });
  return { server, close: async () => redis.disconnect() };
}
