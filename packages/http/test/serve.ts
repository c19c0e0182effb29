// Servers, stores and clients for the tests of this package; what a test opens is closed behind it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { RediStore, Session } from "@redistore/core";
import { onTestFinished } from "vitest";
import { type Data, KEYS, memoryStore } from "../../../test/stores.ts";
import { withSession, type WithSessionOptions } from "../src/index.ts";
import { Browser, type StoreControl, controlStore } from "../src/testing/index.ts";

export { type Data, KEYS, memoryStore };

/** Any server, listening on a free port until the test is over. */
export async function listen(
  server: Pick<Server, "listen" | "address" | "close">,
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    (server as Partial<Server>).closeAllConnections?.();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export type Handler = (
  req: IncomingMessage,
  res: ServerResponse,
  session: Session<Data>,
) => unknown;

/** A server with sessions, and what its tests look at. */
export interface Scene {
  readonly browser: Browser;
  readonly port: number;
  readonly server: Server;
  readonly store: RediStore<Data>;
  /** The store that the server uses. */
  readonly gated: StoreControl<Data>;
  /** What `onError` got. */
  readonly errors: unknown[];
}

/** Serves `handler` with sessions in memory, behind a gate. */
export async function scene(handler: Handler, options: WithSessionOptions = {}): Promise<Scene> {
  const store = await memoryStore();
  const gated = controlStore(store);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const server = createServer(withSession(gated.store, handler, { onError, ...options }));
  const port = await listen(server);
  return { browser: new Browser(`http://127.0.0.1:${port}`), port, server, store, gated, errors };
}

/** The same with a browser that has a session already, `{ seen: true }`. */
export async function sceneWithSession(handle: Handler): Promise<Scene> {
  const served = await scene((req, res, session) => {
    if (req.url !== "/start") return handle(req, res, session);
    session.values["seen"] = true;
    return res.end();
  });
  await served.browser.visit("/start");
  return served;
}

/** A connection of its own, for what no HTTP client would send; gives what came until the server closed it. */
export function dial(port: number): { socket: Socket; received: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  const received = new Promise<string>((resolve, reject) => {
    socket.once("close", () => resolve(text)).once("error", reject);
  });
  onTestFinished(() => void socket.destroy());
  return { socket, received };
}

/** The code of the error that `act` throws, or else its result. */
export function codeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
