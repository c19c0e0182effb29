// Starts and stops HTTP servers on loopback; stopping does not wait for idle connections.
import { once } from "node:events";

/**
 * Listens on `port`. If it is taken: rejects with `exactly`, otherwise listens on a free port.
 *
 * @param {import("node:http").Server} server
 * @param {{ port: number, exactly: boolean }} where
 * @returns {Promise<string>} the origin
 */
export async function listen(server, { port, exactly }) {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (cause) {
    const taken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!taken) throw cause;
    if (exactly) {
      const message = `Port ${port} is taken. The three servers need a port and the two after it: name others with --port or PORT, or 0 for any.`;
      throw new Error(message, { cause });
    }
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return `http://127.0.0.1:${address.port}`;
}

/** @param {import("node:http").Server} server */
export async function stop(server) {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
