// One connection: the bytes it sends, their order, and when it counts as open.
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../../../../../test/redis/server.ts";
import { Deadline } from "../../../../src/backends/deadline.ts";
import { Connection } from "../../../../src/backends/redis/transport/connection.ts";
import { tcpEndpoint } from "../../../../src/backends/redis/transport/endpoint.ts";
import type { Reply } from "../../../../src/backends/redis/transport/transport.ts";
import { SEED } from "../../../codec/property-seed.ts";

const EVENTS = { onResponsive: () => undefined, onEnd: () => undefined };
const later = () => new Deadline(20);

let server: RedisServer;
let abort: AbortController;
let connection: Connection | undefined;
beforeEach(async () => {
  server = await startRedis();
  abort = new AbortController();
});
afterEach(async () => {
  await connection?.disconnect();
  connection = undefined;
  await server.stop();
});

async function open(): Promise<Connection> {
  const endpoint = tcpEndpoint({ host: server.host, port: server.port }, {});
  connection = await Connection.open(endpoint, EVENTS, abort.signal);
  return connection;
}

function echo(to: Connection, text: string | Buffer): Promise<Reply> {
  return to.dispatcher.send({ name: "echo", args: [text], write: false }, later());
}

it("sends strings as UTF-8 and Buffers byte for byte, many of them in one turn", async () => {
  const to = await open();
  const text = fc.string({ unit: "binary" });
  const bytes = fc.uint8Array().map((array) => Buffer.from(array));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(text, bytes)), async (args) => {
      const replies = await Promise.all(args.map((arg) => echo(to, arg)));
      expect(replies).toEqual(args.map((arg) => Buffer.from(arg as string)));
    }),
    { ...SEED, numRuns: 50 },
  );
});

it("sends commands in the order of the calls, also across microtasks and turns", async () => {
  const to = await open();
  const set = (value: string) =>
    to.dispatcher.send({ name: "append", args: ["key", value], write: true }, later());
  const first = set("a");
  await Promise.resolve();
  const second = set("b");
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([first, second, set("c")]);
  const value = to.dispatcher.send({ name: "get", args: ["key"], write: false }, later());
  expect(String(await value)).toBe("abc");
});

it("counts as open only after a reply, so that a frozen Redis does not look connected", async () => {
  server.pause();
  const opening = open();
  setTimeout(() => abort.abort(new Error("no reply")), 300);
  await expect(opening).rejects.toThrow("no reply");
  server.resume();
});
