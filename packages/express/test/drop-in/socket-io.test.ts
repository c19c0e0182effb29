// express-session with our store in Socket.IO, over both of its transports: the session of a handshake is saved, and a new one refused.
import { createServer } from "node:http";
import { deferred } from "@redistore/http/testing";
import express, { type Request } from "express";
import session from "express-session";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { ExpressSessionStore } from "../../src/express-session/index.ts";
import { data, openRecords, visit } from "./application.ts";

const HEADERS_SENT = "ERR_REDISTORE_HEADERS_SENT";

/** The code of the error that `save` or `regenerate` gives, or "done". */
const codeOf = (req: Request, method: "save" | "regenerate"): Promise<string> =>
  new Promise((resolve) => {
    req.session[method]((error?: { code?: string }) => resolve(error?.code ?? "done"));
  });

describe.each(["websocket", "polling"])("express-session with Socket.IO over %s", (transport) => {
  async function open(method: "save" | "regenerate") {
    const records = await openRecords();
    const store = new ExpressSessionStore(records);
    const middleware = session({ store, secret: "s", resave: false, saveUninitialized: false });
    const app = express();
    app.use(middleware);
    app.get("/login", (req, res) => {
      data(req)["user"] = "ada";
      res.end();
    });
    app.get("/", (req, res) => void res.json(data(req)["user"] ?? null));
    const server = createServer(app);
    const browser = await visit(server);
    const sockets = new Server(server);
    onTestFinished(() => sockets.close());
    sockets.engine.use(middleware);
    sockets.on("connection", (socket) => {
      const req = socket.request as Request;
      socket.on("ask", (reply: (text: string) => void) => {
        data(req)["user"] = "eve";
        void codeOf(req, method).then(reply);
      });
    });
    const ask = async (): Promise<unknown> => {
      const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
      const client = io(browser.origin, { transports: [transport], extraHeaders: { cookie } });
      const { promise, resolve, reject } = deferred<unknown>();
      client.once("connect_error", reject);
      client.emit("ask", resolve);
      return promise.finally(() => client.close());
    };
    return { browser, records, ask };
  }

  it.each(["save", "regenerate"] as const)("refuses %s() of a guest", async (method) => {
    const { ask, records } = await open(method);
    expect(await ask()).toBe(HEADERS_SENT);
    expect(await records.count()).toBe(0);
  });

  it("saves what a socket changes in the session of its handshake", async () => {
    const { browser, ask } = await open("save");
    await browser.visit("/login");
    expect(await ask()).toBe("done");
    expect((await browser.visit("/")).text).toBe('"eve"');
  });
});
