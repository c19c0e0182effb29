// Buffered responses on the wire: what HTTP/1.1 has besides a header and a body.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { describe, expect, it } from "vitest";
import { withSession } from "../../src/index.ts";
import { deferred } from "../../src/testing/index.ts";
import { type Data, dial, type Handler, listen, memoryStore, scene } from "../serve.ts";

const changesSession =
  (handle: Handler): Handler =>
  (req, res, session) => {
    session.values["seen"] = true;
    return handle(req, res, session);
  };

const get = (path: string, fields = ""): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

describe("a connection with several requests", () => {
  it("gets its responses in order, however long the first one is buffered", async () => {
    const order: string[] = [];
    const { port, gated } = await scene((req, res, { values }) => {
      order.push(req.url ?? "");
      if (req.url === "/buffered") values["seen"] = true;
      res.end(`response to ${req.url}`);
    });
    const paused = gated.pauseSaves();
    const { socket, received } = dial(port);
    socket.write(get("/buffered") + get("/second") + get("/third", "Connection: close\r\n"));
    await paused.begun;
    while (order.length < 3) await new Promise(setImmediate);
    paused.release();
    const responses = (await received).match(/response to \/[a-z]+/g);
    expect(responses).toEqual([
      "response to /buffered",
      "response to /second",
      "response to /third",
    ]);
  });

  it("is kept for the next request after an error response", async () => {
    const { port, gated } = await scene(
      changesSession((req, res) => res.end(`response to ${req.url}`)),
    );
    gated.failSaves(new Error("down"));
    const { socket, received } = dial(port);
    socket.write(get("/first"));
    await once(socket, "data");
    gated.failSaves(undefined);
    socket.write(get("/second", "Connection: close\r\n"));
    const text = await received;
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 500", "HTTP/1.1 200"]);
    expect(text).toContain("response to /second");
    expect(text).not.toContain("response to /first");
  });
});

describe("a buffered response", () => {
  it("does not delay informational responses", async () => {
    const { port, gated } = await scene(
      changesSession((_req, res) => {
        res.writeProcessing();
        // Since Node 24 it is refused after writeHead(), buffered or not.
        res.writeEarlyHints({ link: "</a.css>; rel=preload" });
        res.writeHead(200);
        res.end("body");
      }),
    );
    const paused = gated.pauseSaves();
    const req = request({ port, host: "127.0.0.1" }).end();
    const hints: number[] = [];
    req.on("information", ({ statusCode }) => hints.push(statusCode));
    const response = once(req, "response");
    await paused.begun;
    while (hints.length < 2) await new Promise(setImmediate);
    expect(hints).toEqual([102, 103]);
    paused.release();
    const [res] = await response;
    expect(res.statusCode).toBe(200);
    res.resume();
  });

  it("asks for the body of a request that expects 100 Continue", async () => {
    const server = createServer();
    const store = await memoryStore();
    server.on(
      "checkContinue",
      withSession<Data>(store, async (req, res, { values }) => {
        values["seen"] = true;
        res.writeContinue();
        const [chunk] = (await once(req, "data")) as [Buffer];
        res.end(`got ${String(chunk)}`);
      }),
    );
    const { socket, received } = dial(await listen(server));
    socket.write(
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\n",
    );
    const [line] = (await once(socket, "data")) as [string];
    expect(line).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("body");
    expect(await received).toMatch(/100 Continue[^]*200 OK[^]*Set-Cookie[^]*got body$/);
  });

  it("has its trailers", async () => {
    const { browser } = await scene(
      changesSession((_req, res) => {
        res.writeHead(200, { trailer: "x-sum" });
        res.write("body");
        res.addTrailers({ "x-sum": "4" });
        res.end();
      }),
    );
    const res = await browser.open("/");
    res.resume();
    await once(res, "end");
    expect(res.trailers).toEqual({ "x-sum": "4" });
  });

  it("has a length and no body for HEAD", async () => {
    const { port } = await scene(
      changesSession((_req, res) => res.setHeader("content-length", 4).end("body")),
    );
    const { socket, received } = dial(port);
    socket.write("HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(await received).toMatch(
      /^HTTP\/1.1 200 OK\r\ncontent-length: 4\r\nSet-Cookie: [^]*\r\n\r\n$/,
    );
  });

  it("is HTTP/1.0 for a client of that version", async () => {
    const { port } = await scene(changesSession((_req, res) => res.write("bo") || res.end("dy")));
    const { socket, received } = dial(port);
    socket.write("GET / HTTP/1.0\r\n\r\n");
    expect(await received).toMatch(/Set-Cookie: [^]*\r\n\r\nbody$/);
  });

  it("sends server-sent events one by one", async () => {
    const next = deferred();
    const { browser } = await scene(
      changesSession(async (_req, res) => {
        res.writeHead(200, { "content-type": "text/event-stream" });
        res.write("data: 1\n\n");
        await next.promise;
        res.write("data: 2\n\n");
      }),
    );
    const res = await browser.open("/");
    const [first] = (await once(res, "data")) as [Buffer];
    next.resolve();
    const [second] = (await once(res, "data")) as [Buffer];
    expect([String(first), String(second)]).toEqual(["data: 1\n\n", "data: 2\n\n"]);
    res.destroy();
  });
});
