// Runs a Go server and three Node servers side by side on the same sessions.
import { GoServer } from "./go-server.ts";
import { nodeListeners, startNode } from "./node-servers.ts";
import type { SharedSettings } from "./shared-settings.ts";

interface Running {
  readonly origin: string;
  stop(): Promise<void>;
}

const starters: Readonly<Record<string, (settings: SharedSettings) => Promise<Running>>> = {
  Go: (settings) => GoServer.start(settings),
  ...Object.fromEntries(
    Object.entries(nodeListeners).map(([name, make]) => [
      name,
      (settings: SharedSettings) => startNode(make, settings),
    ]),
  ),
};

export const NODE_SERVERS: readonly string[] = Object.keys(nodeListeners);
export const SERVERS: readonly string[] = Object.keys(starters);

export class FourServers {
  readonly #running: ReadonlyMap<string, Running>;

  private constructor(running: ReadonlyMap<string, Running>) {
    this.#running = running;
  }

  /** Resolves when all servers accept connections. If one fails to start, stops the others and rejects. */
  static async start(settings: SharedSettings): Promise<FourServers> {
    const running = new Map<string, Running>();
    const starts = Object.entries(starters).map(async ([name, start]) => {
      running.set(name, await start(settings));
    });
    const four = new FourServers(running);
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === "rejected");
    if (!failed) return four;
    await four.stop();
    throw (failed as PromiseRejectedResult).reason;
  }

  /** The address of one of the servers. */
  origin(name: string): string {
    const server = this.#running.get(name);
    if (!server) throw new Error(`no server is called ${name}`);
    return server.origin;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.stop()));
  }
}
