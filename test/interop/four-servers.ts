// A Go server and three of Node beside each other, on the sessions of one place.
import { GoServer } from "./go-server.ts";
import { nodeListeners, startNode } from "./node-servers.ts";
import type { Place } from "./place.ts";

interface Running {
  readonly origin: string;
  stop(): Promise<void>;
}

const starters: Readonly<Record<string, (place: Place) => Promise<Running>>> = {
  Go: (place) => GoServer.start(place),
  ...Object.fromEntries(
    Object.entries(nodeListeners).map(([name, make]) => [
      name,
      (place: Place) => startNode(make, place),
    ]),
  ),
};

/** In this order everywhere: Go, then those of Node. */
export const SERVER_NAMES: readonly string[] = Object.keys(starters);

export class FourServers {
  readonly #running: readonly Running[];

  private constructor(running: readonly Running[]) {
    this.#running = running;
  }

  /** Resolves when all of them take connections; leaves none behind where one cannot. */
  static async start(place: Place): Promise<FourServers> {
    const started = await Promise.allSettled(Object.values(starters).map((start) => start(place)));
    const four = new FourServers(
      started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])),
    );
    const failed = started.find((each) => each.status === "rejected");
    if (!failed) return four;
    await four.stop();
    throw failed.reason;
  }

  /** By the index of their names. */
  get origins(): readonly string[] {
    return this.#running.map(({ origin }) => origin);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((server) => server.stop()));
  }
}
