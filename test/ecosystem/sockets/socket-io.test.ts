// Socket.IO with both of its transports: its engine runs the middleware for handshakes and for every request of long polling.
import { createServer, type IncomingMessage } from "node:http";
import { getSession, session, type SessionMiddleware } from "@redistore/express";
import express, { type Request } from "express";
import { Server } from "socket.io";
import { io, type Socket } from "socket.io-client";
import { describe, onTestFinished } from "vitest";
import { obey, page, type SocketData, socketStory } from "./socket-story.ts";

/** Resolves when the client has emitted the event. */
const event = (client: Socket, name: string): Promise<unknown> =>
  new Promise((resolve) => client.once(name, resolve));

/** As in docs/other-libraries.md: the other requests of long polling have an id in their query, and need no session. */
const onlyForHandshake =
  (middleware: SessionMiddleware): SessionMiddleware =>
  (req, res, next) => {
    const { _query: query } = req as IncomingMessage & { _query: { sid?: string } };
    if (query.sid === undefined) middleware(req, res, next);
    else next();
  };

describe.each(["polling", "websocket"])("Socket.IO over %s", (transport) => {
  const open = (origin: string, cookie: string): Socket => {
    const client = io(origin, {
      transports: [transport],
      extraHeaders: { cookie },
      forceNew: true,
      reconnection: false,
    });
    onTestFinished(() => void client.close());
    return client;
  };

  socketStory(async (store) => {
    const app = express();
    const middleware = session(store, { onError: () => {} });
    app.use(middleware);
    app.get("/:page", async (req, res) => {
      res.send(await page(req.path, req));
    });
    const listener = createServer(app);
    const sockets = new Server(listener);
    onTestFinished(() => sockets.close());
    sockets.engine.use(onlyForHandshake(middleware));
    sockets.on("connection", (socket) => {
      const req = socket.request as Request;
      socket.on("command", async (command: string, acknowledge: (text: string) => void) => {
        const core = getSession<SocketData>(req);
        acknowledge(await obey(command, req, core));
      });
    });
    return {
      listener,
      connect: async (origin, cookie) => {
        const client = open(origin, cookie);
        await event(client, "connect");
        return { say: (command) => client.emitWithAck("command", command) as Promise<string> };
      },
      refused: (origin, cookie) => event(open(origin, cookie), "connect_error"),
    };
  });
});
