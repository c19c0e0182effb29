// Puts an application on a free port of 127.0.0.1, and takes it off again.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RunningServer } from "./stage.ts";

/** A server of `node:http`, or an application of Express or Koa. */
export interface Listener {
  listen(port: number, host: string): Server;
}

/** What `SuiteAdapter.start` gives: resolves when it takes connections, rejects where it cannot. */
export async function listen(app: Listener): Promise<RunningServer> {
  const server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      // Clients keep theirs for further requests; the server would wait for them.
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
