// Socket.IO hands middlewares a response that is none where a client begins with a WebSocket.
import { createServer } from "node:http";
import { type Browser, deferred } from "@redistore/http/testing";
import express, { type Request } from "express";
import { Server, type Socket } from "socket.io";
import { io } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { session } from "../src/index.ts";
import { data, memoryStore, visit } from "./serve.ts";

type Acknowledge = (result: unknown) => void;

/** An application with Socket.IO beside Express; `handle` acknowledges what clients emit. */
async function serve(
  handle: (req: Request, acknowledge: Acknowledge) => unknown,
): Promise<{ browser: Browser; ask: (transport: string) => Promise<unknown> }> {
  const app = express();
  const withSession = session(await memoryStore());
  app.use(withSession);
  app.get("/login", (req, res) => {
    data(req)["user"] = "ada";
    res.end();
  });
  app.get("/show", (req, res) => void res.json(req.session));
  const server = createServer(app);
  const browser = await visit(server);
  const sockets = new Server(server);
  sockets.engine.use(withSession);
  sockets.on("connection", (socket: Socket) => {
    socket.on(
      "ask",
      (acknowledge: Acknowledge) => void handle(socket.request as Request, acknowledge),
    );
  });
  onTestFinished(() => sockets.close());
  const ask = async (transport: string): Promise<unknown> => {
    const cookie = `session=${browser.cookies.get("session")}`;
    const client = io(browser.origin, { transports: [transport], extraHeaders: { cookie } });
    const { promise, resolve, reject } = deferred<unknown>();
    client.once("connect_error", reject);
    client.emit("ask", resolve);
    return promise.finally(() => client.close());
  };
  return { browser, ask };
}

describe.each(["websocket", "polling"])("Socket.IO over %s", (transport) => {
  it("sees the session of its handshake, and stores what is saved", async () => {
    const { browser, ask } = await serve((req, acknowledge) => {
      req.session.reload(() => {
        data(req)["socket"] = true;
        req.session.save((error) => acknowledge([data(req)["user"], String(error)]));
      });
    });
    await browser.visit("/login");
    expect(await ask(transport)).toEqual(["ada", "undefined"]);
    expect((await browser.visit("/show")).text).toBe('{"user":"ada","socket":true}');
  });
});

describe("Socket.IO over websocket", () => {
  it("says that nothing can carry a cookie", async () => {
    const { ask } = await serve((req, acknowledge) => {
      data(req)["user"] = "ada";
      req.session.save((error) => acknowledge(String(error)));
    });
    expect(await ask("websocket")).toMatch(
      /^HeadersSentError: save\(\) of the session "session" needs a cookie/,
    );
  });
});
