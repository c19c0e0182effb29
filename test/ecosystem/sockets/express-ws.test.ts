// express-ws runs the middlewares of Express for a WebSocket, with a response that has no connection.
import { createServer } from "node:http";
import { getSession, session } from "@redistore/express";
import express, { type ErrorRequestHandler } from "express";
import express4 from "express4";
import expressWs from "express-ws";
import { describe } from "vitest";
import { obey, page, type SocketData, socketStory } from "./socket-story.ts";
import { connect, refused } from "./web-socket.ts";

const sendStatus: ErrorRequestHandler = (error, _req, res, _next) => {
  res.sendStatus((error as { status?: number }).status ?? 500);
};

describe.each([
  ["Express 5", express],
  ["Express 4", express4],
])("express-ws with %s", (_name, framework) => {
  socketStory(async (store) => {
    const app = framework();
    const listener = createServer(app);
    const { app: sockets } = expressWs(app, listener);
    sockets.use(session(store, { onError: () => {} }));
    sockets.ws("/", (client, req) => {
      client.on("message", async (message: Buffer) => {
        const core = getSession<SocketData>(req);
        client.send(await obey(String(message), req, core));
      });
      client.send("ready");
    });
    sockets.get("/:page", async (req, res) => {
      res.send(await page(req.path, req));
    });
    sockets.use(sendStatus);
    return { listener, connect, refused };
  });
});
