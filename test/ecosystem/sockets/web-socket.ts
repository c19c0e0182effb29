// A client for tests of WebSocket libraries, by ws.
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Client } from "./socket-story.ts";

function open(origin: string, cookie: string): WebSocket {
  const socket = new WebSocket(origin.replace("http", "ws"), { headers: { cookie } });
  onTestFinished(() => socket.terminate());
  return socket;
}

/** Resolves when the server has sent its first message: what a client sends before that meets no listener. */
export async function connect(origin: string, cookie: string): Promise<Client> {
  const socket = open(origin, cookie);
  const next = async () => String((await once(socket, "message"))[0]);
  await next();
  return {
    say: (command) => {
      socket.send(command);
      return next();
    },
  };
}

/** Resolves when the server has closed the connection. */
export function refused(origin: string, cookie: string): Promise<unknown> {
  return once(open(origin, cookie), "close");
}
