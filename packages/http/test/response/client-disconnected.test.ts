// Clients that disconnect, and handlers that destroy their response or send none.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { dial, scene } from "../serve.ts";

describe("a client that disconnects while its response is buffered", () => {
  it("does not prevent the session from being stored", async () => {
    const response = deferred<ServerResponse>();
    const { port, gated, store, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.write("half of ");
      res.end("it");
      response.resolve(res);
    });
    const paused = gated.pauseSaves();
    const { socket } = dial(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await paused.begun;
    socket.destroy();
    const res = await response.promise;
    if (!res.closed) await once(res, "close");
    paused.release();
    await new Promise(setImmediate);
    expect(await store.count()).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe("an endless response whose client has disconnected and whose save fails", () => {
  it("gets no drain any more", async () => {
    const response = deferred<ServerResponse>();
    let chunks = 0;
    const { port, gated } = await scene(async (_req, res, { values }) => {
      values["seen"] = true;
      response.resolve(res);
      for (;;) {
        if (!res.write(`${chunks++}`)) await once(res, "drain");
      }
    });
    const paused = gated.pauseSaves();
    gated.failSaves(new Error("down"));
    const { socket } = dial(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await paused.begun;
    socket.destroy();
    const res = await response.promise;
    if (!res.closed) await once(res, "close");
    paused.release();
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(chunks).toBe(1);
  });
});

describe("a handler that destroys its response while it is buffered", () => {
  it("sends no response, and its session is stored", async () => {
    const { browser, store, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.write("half of ");
      res.destroy();
    });
    await expect(browser.visit("/")).rejects.toThrow("hang up");
    expect(await store.count()).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe("a handler whose client has disconnected", () => {
  it("has its changes stored when it returns without a response", async () => {
    const finished = deferred();
    const { port, store } = await scene(async (_req, res, { values }) => {
      values["order"] = 1;
      await once(res, "close");
      finished.resolve();
    });
    const { socket } = dial(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", () => socket.destroy());
    await finished.promise;
    await new Promise(setImmediate);
    expect(await store.count()).toBe(1);
  });
});
