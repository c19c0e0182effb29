// The response gate over node:http2's compatible API.
import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { HeadersSentError, type Session, StoreUnavailableError } from "@redistore/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { withSession } from "../../src/index.ts";
import type { NodeResponse } from "../../src/response/message.ts";
import { controlStore, type StoreControl } from "../../src/testing/index.ts";
import { codeOf, type Data, memoryStore } from "../serve.ts";

type Handler = (
  req: Http2ServerRequest,
  res: Http2ServerResponse,
  session: Session<Data>,
) => unknown;

async function scene(
  handler: Handler,
): Promise<{ client: ClientHttp2Session; gated: StoreControl<Data>; errors: unknown[] }> {
  const gated = controlStore(await memoryStore());
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const server = createServer(withSession(gated.store, handler, { onError }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  return { client, gated, errors };
}

async function visit(
  client: ClientHttp2Session,
  headers: Record<string, string> = {},
): Promise<{ headers: IncomingHttpHeaders & { ":status"?: number }; text: string }> {
  const stream = client.request({ ":path": "/", ...headers });
  const [received] = (await once(stream, "response")) as [IncomingHttpHeaders];
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return { headers: received, text };
}

/** The code of the errors that Node throws after the header. */
const SENT = "ERR_HTTP2_HEADERS_SENT";

const changesSession =
  (handle: Handler): Handler =>
  (req, res, session) => {
    session.values["seen"] = true;
    return handle(req, res, session);
  };

describe("over HTTP/2", () => {
  it.each<[string, Handler]>([
    ["end", (_req, res) => void res.end("body")],
    [
      "writeHead with fields",
      (_req, res) => void res.writeHead(200, { "set-cookie": "a=1" }).end("body"),
    ],
    ["writes", (_req, res) => (res.write("bo"), void res.end("dy"))],
    [
      "flushHeaders",
      (_req, res) => ((res as unknown as NodeResponse).flushHeaders(), void res.end("body")),
    ],
    ["a pipe", (_req, res) => void Readable.from(["bo", "dy"]).pipe(res)],
  ])("a buffered response by %s is sent whole, with its cookie", async (_how, handle) => {
    const { client, errors } = await scene(changesSession(handle));
    const { headers, text } = await visit(client);
    expect([headers[":status"], text]).toEqual([200, "body"]);
    expect(headers["set-cookie"]?.at(-1)).toMatch(/^session=/);
    expect(errors).toEqual([]);
  });

  it("a session is found if the cookies come in several fields", async () => {
    const { client } = await scene((_req, res, { values }) => {
      res.end(String((values["views"] = Number(values["views"] ?? 0) + 1)));
    });
    const first = await visit(client);
    const [cookie = ""] = first.headers["set-cookie"]?.[0]?.split(";") ?? [];
    const again = await visit(client, { cookie: ["a=1", cookie] as never });
    expect([first.text, again.text]).toEqual(["1", "2"]);
  });

  it("a buffered response looks sent, and refuses late headers", async () => {
    const observed: unknown[] = [];
    const { client } = await scene(
      changesSession((_req, res) => {
        res.setHeader("x-early", "1");
        res.end("body");
        observed.push(res.headersSent, res.writableEnded);
        observed.push(
          codeOf(() => res.setHeader("x-late", "1")),
          codeOf(() => res.appendHeader("x-early", "2")),
          codeOf(() => res.removeHeader("x-early")),
          codeOf(() => res.writeHead(404)),
        );
      }),
    );
    const { headers, text } = await visit(client);
    expect(observed).toEqual([true, true, SENT, SENT, SENT, SENT]);
    expect([headers[":status"], headers["x-early"], headers["x-late"], text]).toEqual([
      200,
      "1",
      undefined,
      "body",
    ]);
  });

  it("a status that HTTP/2 does not have is refused at the call", async () => {
    const { client } = await scene(
      changesSession((_req, res) => {
        expect(() => res.writeHead(600)).toThrow("600");
        res.end("body");
      }),
    );
    expect((await visit(client)).text).toBe("body");
  });

  it("the response is discarded when the save fails", async () => {
    const { client, gated } = await scene(
      changesSession((_req, res) => void res.writeHead(201).end("original")),
    );
    gated.failSaves(new StoreUnavailableError("Redis is down."));
    const { headers, text } = await visit(client);
    expect([headers[":status"], headers["retry-after"], text]).toEqual([
      503,
      "1",
      "Service Unavailable",
    ]);
    expect(headers["set-cookie"]).toBeUndefined();
  });

  it("the stream is reset, and the connection kept, when a late change fails", async () => {
    const { client, gated, errors } = await scene((req, res, { values }) => {
      values["seen"] = true;
      if (gated.saves === 0 || req.url === "/next") return res.end("body");
      res.write("half of ");
      values["late"] = true;
      gated.failSaves(new StoreUnavailableError("Redis is down."));
      return res.end("it");
    });
    const [cookie = ""] = (await visit(client)).headers["set-cookie"]?.[0]?.split(";") ?? [];
    const stream = client.request({ ":path": "/", cookie });
    stream.resume();
    await expect(once(stream, "end")).rejects.toThrow("INTERNAL_ERROR");
    expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect(errors.length).toBe(1);
    // Over the same connection.
    gated.failSaves(undefined);
    expect((await visit(client, { ":path": "/next" })).text).toBe("body");
  });

  it("a new session that comes too late is reported", async () => {
    const { client, errors } = await scene((_req, res, { values }) => {
      res.write("half of ");
      values["late"] = true;
      res.end("it");
    });
    expect((await visit(client)).text).toBe("half of it");
    expect(errors).toEqual([expect.any(HeadersSentError)]);
  });

  it("a handler that throws gets a 500", async () => {
    const { client } = await scene(() => {
      throw new Error("secret");
    });
    const { headers, text } = await visit(client);
    expect([headers[":status"], text]).toEqual([500, "Internal Server Error"]);
  });

  it("a client that resets the stream does not prevent the session from being stored", async () => {
    const { client, gated, errors } = await scene(
      changesSession((_req, res) => void res.end("body")),
    );
    const paused = gated.pauseSaves("after");
    const stream = client.request({ ":path": "/" });
    await paused.begun;
    stream.close(constants.NGHTTP2_CANCEL);
    await once(stream, "close");
    paused.release();
    await new Promise(setImmediate);
    expect([gated.saves, errors]).toEqual([1, []]);
  });
});
