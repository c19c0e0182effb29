// Wraps a listener for a server's upgrade event (WebSocket): its session is loaded first, and no failure can end the process.
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Session, SessionData } from "@redistore/core";
import { failureResponse, type StoreInput, warnOfError } from "@redistore/core/web";
import { middlewareConfig } from "../adapter/middleware-config.ts";
import { type HttpSessionOptions, loadSession } from "../adapter/open-session.ts";

/** The options of {@link withUpgrade}. */
export interface WithUpgradeOptions extends HttpSessionOptions {
  /** Gets the errors of the store and of the handler. Log them. The default emits a process warning of the type `RedistoreWarning`. */
  readonly onError?: (error: unknown, req: IncomingMessage) => void;
}

/**
 * Wraps a listener for `server.on("upgrade")`:
 *
 * ```ts
 * server.on("upgrade", withUpgrade(store, (req, socket, head, session) => {
 *   if (!session.values.user) return socket.destroy();
 *   webSockets.handleUpgrade(req, socket, head, (client) => { ... });
 * }));
 * ```
 *
 * If the session cannot be loaded, or the handler throws or rejects, the client gets 503, 409 or 500 on the socket, which is closed; if the
 * handler had written to the socket, it is destroyed. A client that disconnects meanwhile is no error. The session is that of `readSession`.
 *
 * @throws ConfigError if the store or an option is wrong
 */
export function withUpgrade<Data extends object = SessionData>(
  store: StoreInput<Data>,
  handler: (req: IncomingMessage, socket: Duplex, head: Buffer, session: Session<Data>) => unknown,
  options?: string | WithUpgradeOptions,
): (req: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const config = middlewareConfig("withUpgrade", store, options, ["trustProxy", "onError"]);
  const report = config.onError as WithUpgradeOptions["onError"];

  async function serve(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // The connection may have carried responses before.
    const written = bytesWritten(socket);
    try {
      const session = await loadSession(await config.source.open(), req, config.options);
      if (!socket.destroyed) await handler(req, socket, head, session);
    } catch (error) {
      if (bytesWritten(socket) === written) refuse(socket, error);
      else socket.destroy();
      if (report) report(error, req);
      else warnOfError(error);
    }
  }

  return function upgradeWithSession(req, socket, head) {
    // Without a listener a client's reset would end the process.
    socket.on("error", () => socket.destroy());
    void serve(req, socket, head);
  };
}

function bytesWritten(socket: Duplex): number {
  return (socket as Partial<Socket>).bytesWritten ?? 0;
}

function refuse(socket: Duplex, error: unknown): void {
  if (socket.destroyed) return;
  const { status, headers } = failureResponse(error);
  const fields = { ...headers, connection: "close", "content-length": "0" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}\r\n${lines.join("")}\r\n`);
}
