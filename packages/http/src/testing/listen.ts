// Starts an application on a free port of 127.0.0.1.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunningServer } from "./suite-adapter.ts";

/** A server of `node:http`, or an application of Express or Koa. */
export interface Listener {
  listen(port: number, host: string): Server;
}

/** Resolves when `app` accepts connections; rejects if it cannot listen. */
export async function listen(app: Listener): Promise<RunningServer> {
  const server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      // Clients keep connections open for later requests, and `close` would wait for them.
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
