// Finds out whether a port that closed a connection without TLS speaks TLS. Only the start of a store asks: it would wait in vain otherwise.
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { NodeAddress } from "../../../options/connection.ts";

/** A server that speaks TLS takes a few round trips. */
const TIMEOUT_MS = 500;

/** True if a TLS handshake with the node succeeds. False if that is not known. */
export function speaksTLS({ host, port }: NodeAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      ...(isIP(host) ? {} : { servername: host }),
      // Nothing is sent or read, so it does not matter whose certificate it is. The store's own connections check it.
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    });
    const end = (isTLS: boolean): void => {
      resolve(isTLS);
      socket.destroy();
    };
    socket
      .once("secureConnect", () => end(true))
      .once("timeout", () => end(false))
      .once("close", () => end(false))
      .on("error", () => end(false));
  });
}
