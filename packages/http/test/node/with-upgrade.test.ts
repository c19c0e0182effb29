// Upgrade requests whose store, handler or client fails: the socket is closed, and the process goes on.
import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { withUpgrade } from "../../src/index.ts";
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
