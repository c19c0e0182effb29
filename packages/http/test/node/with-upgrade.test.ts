// Upgrade requests whose store, handler or client fails: the socket is closed, and the process goes on.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { RediStore } from "@redistore/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { withSession, withUpgrade } from "../../src/index.ts";
import { Browser } from "../../src/testing/index.ts";
import { type Data, dial, listen, memoryStore } from "../serve.ts";

const REQUEST =
  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: test\r\nConnection: Upgrade\r\nCookie: session=x\r\n\r\n";

type Handler = Parameters<typeof withUpgrade<Data>>[1];

/** What a client receives until its socket is closed, and what `onError` got. */
async function upgrade(
  handler: Handler,
  close = false,
): Promise<{ received: string; errors: unknown[] }> {
  const store = await memoryStore();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const given = close ? Promise.reject(new Error("no store")) : store;
  const server = createServer().on("upgrade", withUpgrade<Data>(given, handler, { onError }));
  const { socket, received } = dial(await listen(server));
  socket.write(REQUEST);
  return { received: await received, errors };
}

describe("withUpgrade", () => {
  it("gives the handler the session", async () => {
    const { received, errors } = await upgrade((_req, socket, _head, session) =>
      socket.end(`HTTP/1.1 101 ${session.rejected}\r\n\r\n`),
    );
    expect([received, errors]).toEqual(["HTTP/1.1 101 malformed\r\n\r\n", []]);
  });

  it("sends 500 and closes the socket if the store cannot be opened", async () => {
    const { received, errors } = await upgrade(() => {}, true);
    expect(received).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(errors).toMatchObject([{ message: "no store" }]);
  });

  it("sends 500 and closes the socket if the handler rejects", async () => {
    const { received, errors } = await upgrade(async () => {
      throw new Error("handler");
    });
    expect(received).toMatch(/^HTTP\/1\.1 500 /);
    expect(errors).toMatchObject([{ message: "handler" }]);
  });

  it("closes the socket, without a second response, if the handler fails after it wrote", async () => {
    const { received } = await upgrade((_req, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      throw new Error("late");
    });
    expect(received).not.toContain("500");
  });

  it("survives a client that resets the connection", async () => {
    const { received, errors } = await upgrade((_req, socket) => {
      socket.emit("error", new Error("read ECONNRESET"));
    });
    expect([received, errors]).toEqual(["", []]);
  });
});

/** A server of `ws` behind withUpgrade, and a browser that is logged in as Ada. */
async function serveSockets(beforeAccept: Handler = () => {}): Promise<{
  readonly store: RediStore<Data>;
  readonly browser: Browser;
  readonly errors: unknown[];
  readonly connect: () => WebSocket;
}> {
  const store = await memoryStore();
  const errors: unknown[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const accept: Handler = async (req, socket, head, session) => {
    await beforeAccept(req, socket, head, session);
    sockets.handleUpgrade(req, socket, head, (client) => {
      client.send(`hello ${String(session.values["user"])}`);
    });
  };
  const server = createServer(
    withSession(store, (_req, res, { values }) => {
      values["user"] = "ada";
      res.end();
    }),
  ).on("upgrade", withUpgrade(store, accept, { onError: (error) => errors.push(error) }));
  const port = await listen(server);
  const browser = new Browser(`http://127.0.0.1:${port}`);
  await browser.visit("/");
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const connect = (): WebSocket => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { cookie } });
    // The end of a socket that was refused is an error of the client.
    onTestFinished(() => client.on("error", () => {}).terminate());
    return client;
  };
  return { store, browser, errors, connect };
}

/** The response of a server that does not accept the socket. */
async function refusalOf(client: WebSocket): Promise<IncomingMessage> {
  const [, response] = (await once(client, "unexpected-response")) as [unknown, IncomingMessage];
  return response;
}

describe("withUpgrade in front of ws", () => {
  it("accepts the socket with the session of its request", async () => {
    const { connect, errors } = await serveSockets();
    const [message] = (await once(connect(), "message")) as [Buffer];
    expect([String(message), errors]).toEqual(["hello ada", []]);
  });

  it("sends 503 with Retry-After if the session cannot be loaded", async () => {
    const { store, connect, errors } = await serveSockets();
    await store.close();
    const { statusCode, headers } = await refusalOf(connect());
    expect([statusCode, headers["retry-after"]]).toEqual([503, "1"]);
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_UNAVAILABLE" }]);
  });

  it("sends 409 if the session ended while the handler used it", async () => {
    const { store, connect, errors } = await serveSockets(async (_req, _socket, _head, session) => {
      await store.records.destroy(session.id);
      session.values["online"] = true;
      await session.save();
    });
    const { statusCode, headers } = await refusalOf(connect());
    expect([statusCode, headers.connection]).toEqual([409, "close"]);
    expect(errors).toMatchObject([{ code: "ERR_REDISTORE_GONE" }]);
  });

  it("serves other requests and sockets after a refusal", async () => {
    let refuses = true;
    const { connect } = await serveSockets(() => {
      if (refuses) throw new Error("not now");
    });
    expect(await refusalOf(connect())).toMatchObject({ statusCode: 500 });
    refuses = false;
    expect(String((await once(connect(), "message"))[0])).toBe("hello ada");
  });
});
