// The usual sessions of Express, for comparison: express-session with connect-redis, set up as its README says, on the same Redis.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { RedisStore } from "connect-redis";
import express from "express";
import session from "express-session";
import { createClient } from "redis";
import { FormError } from "../actions/form-error.js";
import { MAX_PRESSES, pressesIn, recordWrite } from "../actions/writes.js";
import { listen, stop } from "../listen.js";
import { readForm } from "../read-form.js";

export const PEER = "express-session + connect-redis";
/** As many servers as the demo has with redistore, so that browsers open as many connections. */
const SERVERS = 3;
const COOKIE = "peer";
/** In milliseconds. */
const MAX_AGE = 3_600_000;
/** In milliseconds. The page does not wait longer for what the peer has stored. */
const PATIENCE = 2000;

/** @typedef {import("../actions/writes.js").Press} Press */

/**
 * @typedef {object} Peers
 * @property {import("../places.js").Place[]} places
 * @property {(cookies: string | undefined) => Promise<Press[]>} pressesOf what the session of this Cookie header has
 * @property {() => Promise<string>} begin a session; resolves with its cookie
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} url of Redis
 * @param {string} prefix of its keys
 * @returns {Promise<Peers>}
 */
export async function startPeers(url, prefix) {
  const client = createClient({ url });
  // Without a listener a lost connection ends the process. The client connects again by itself.
  client.on("error", () => {});
  await client.connect();
  const app = createApp(new RedisStore({ client, prefix }));
  const servers = Array.from({ length: SERVERS }, () => createServer(app));
  const origins = await Promise.all(
    servers.map((server) => listen(server, { port: 0, exactly: false })),
  );
  return {
    places: origins.map((origin) => ({ name: PEER, origin })),
    pressesOf: async (cookies = "") => {
      if (!cookies.includes(`${COOKIE}=`)) return [];
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await fetch(`${origins[0]}/presses`, {
        headers: { cookie: cookies },
        signal,
      });
      return response.ok ? /** @type {Promise<Press[]>} */ (response.json()) : [];
    },
    begin: async () => {
      const { headers } = await fetch(`${origins[0]}/peer-start`, { method: "POST" });
      return headers
        .getSetCookie()
        .map((line) => line.split(";", 1)[0])
        .join("; ");
    },
    stop: async () => {
      await Promise.all(servers.map((server) => stop(server)));
      client.destroy();
    },
  };
}

/** @param {RedisStore} store */
function createApp(store) {
  const middleware = session({
    store,
    name: COOKIE,
    secret: randomBytes(32).toString("hex"),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "lax", maxAge: MAX_AGE },
  });
  return (
    express()
      .disable("x-powered-by")
      // Otherwise Express sends the stack of an error to the client.
      .set("env", "production")
      .use(middleware)
      .get("/presses", (req, res) => void res.json(pressesIn(valuesOf(req))))
      // Begins the session: writes without one would get a session each.
      .post("/peer-start", (req, res, next) => {
        const begin = () => {
          Object.assign(req.session, { begun: true });
          res.sendStatus(204);
        };
        if (pressesIn(valuesOf(req)).length < MAX_PRESSES) return begin();
        req.session.regenerate((error) => (error ? next(error) : begin()));
      })
      .post("/peer-write", async (req, res) => {
        try {
          recordWrite(valuesOf(req), await readForm(req), PEER);
          res.sendStatus(204);
        } catch (error) {
          if (!(error instanceof FormError)) throw error;
          res.status(400).type("text").send(error.message);
        }
      })
  );
}

/** The values of a session, typed as the demo's own. @param {import("express").Request} req */
function valuesOf(req) {
  const own = /** @type {{ session: object }} */ (req).session;
  return /** @type {import("../actions/actions.js").DemoSession["values"]} */ (own);
}
