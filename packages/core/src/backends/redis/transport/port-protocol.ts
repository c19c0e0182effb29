// Finds out whether a port speaks TLS, where the store and the port seem to disagree. Only the start of a store asks: it would wait in vain.
import { isIP, connect as connectPlain, type Socket } from "node:net";
import { connect } from "node:tls";
import type { NodeAddress } from "../../../options/connection.ts";

export type PortProtocol = "TLS" | "plain";

/** A server that speaks the protocol takes a few round trips. */
const TIMEOUT_MS = 500;

/** True if the node shows that it speaks this protocol. False if that is not known. */
export function speaks(protocol: PortProtocol, node: NodeAddress): Promise<boolean> {
  return protocol === "TLS" ? speaksTLS(node) : speaksPlain(node);
}

/** Whether a TLS handshake with the node succeeds. */
function speaksTLS({ host, port }: NodeAddress): Promise<boolean> {
  const socket = connect({
    host,
    port,
    ...(isIP(host) ? {} : { servername: host }),
    // Nothing is sent or read, so it does not matter whose certificate it is. The store's own connections check it.
    rejectUnauthorized: false,
    timeout: TIMEOUT_MS,
  });
  return shown(socket, (show) => socket.once("secureConnect", () => show(true)));
}

/** Whether the node replies to PING without TLS, be it by a refusal. No password is sent. */
function speaksPlain({ host, port }: NodeAddress): Promise<boolean> {
  const socket = connectPlain({ host, port, timeout: TIMEOUT_MS });
  socket.write("PING\r\n");
  return shown(socket, (show) =>
    socket.once("data", (reply) => show(/^[+-][A-Z]/.test(reply.toString("latin1")))),
  );
}

function shown(
  socket: Socket,
  listen: (show: (isShown: boolean) => void) => unknown,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isShown: boolean): void => {
      resolve(isShown);
      socket.destroy();
    };
    listen(end);
    socket
      .once("timeout", () => end(false))
      .once("close", () => end(false))
      .on("error", () => end(false));
  });
}
