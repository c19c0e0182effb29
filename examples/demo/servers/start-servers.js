// Starts the three servers on one store. They share one host, so a browser sends the same cookie to all of them.
import { startPeers } from "../peer/peer-servers.js";
import { listen, stop } from "../listen.js";
import { createExpressServer } from "./express.js";
import { createKoaServer } from "./koa.js";
import { createNodeServer } from "./node-http.js";

/** @type {[name: string, create: (demo: import("../routes.js").Demo) => import("node:http").Server][]} */
const SERVERS = [
  ["Express", createExpressServer],
  ["Koa", createKoaServer],
  ["node:http", createNodeServer],
];

/**
 * @typedef {object} Running
 * @property {import("../places.js").Place[]} places not the peers
 * @property {() => Promise<void>} stop
 */

/**
 * Listens on `port` and the next two. 0 means free ports. If a port is taken: rejects with `exactly`, otherwise uses a free port.
 *
 * @param {import("../sessions/open-sessions.js").Sessions} sessions
 * @param {{ port: number, exactly: boolean }} where
 * @returns {Promise<Running>} if one cannot listen, stops all of them and rejects
 */
export async function startServers(sessions, { port, exactly }) {
  /** @type {import("../places.js").Place[]} */
  const places = [];
  /** @type {import("node:http").Server[]} */
  const servers = [];
  /** @type {import("../peer/peer-servers.js").Peers | undefined} */
  let peers;
  const stopAll = async () => {
    await Promise.all([...servers.map((server) => stop(server)), peers?.stop()]);
  };
  try {
    const { redisUrl, prefix } = sessions;
    if (redisUrl !== undefined) peers = await startPeers(redisUrl, `${prefix}peer:`);
    for (const [index, [name, create]] of SERVERS.entries()) {
      const server = create({ sessions, places, peers, here: name });
      const origin = await listen(server, { port: port && port + index, exactly });
      servers.push(server);
      places.push({ name, origin });
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return { places, stop: stopAll };
}
