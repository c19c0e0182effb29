// Listens on loopback, and stops without waiting for idle connections.
import { once } from "node:events";

/**
 * On `port`, or on a free one where nobody asked for it and it is taken.
 *
 * @param {import("node:http").Server} server
 * @param {{ port: number, exactly: boolean }} where
 * @returns {Promise<string>} the origin
 */
export async function listen(server, { port, exactly }) {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!taken || exactly) throw error;
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
