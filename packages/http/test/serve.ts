// Servers and stores for the tests of this package; what a test opens is closed behind it.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createStore, keysFromStrings, withMemory, type RediStore } from "@redistore/core";
import { onTestFinished } from "vitest";

export type Data = Record<string, unknown>;

export const KEYS = keysFromStrings("a-key-of-32-characters-for-tests");

/** A store in memory, empty. */
export function memoryStore(): Promise<RediStore<Data>> {
  return createStore<Data>(KEYS, withMemory());
}

/** A node:http server with this listener, until the test is over. */
export async function serve(
  listener: RequestListener,
): Promise<{ origin: string; port: number; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, server };
}
