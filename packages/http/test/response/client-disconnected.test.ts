// Clients that go away, and handlers that break off or never answer.
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { dial, scene } from "../serve.ts";

describe("a client that goes away while its response is held", () => {
  it("does not keep the session from being stored", async () => {
    const response = deferred<ServerResponse>();
    const { port, gated, store, errors } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.write("half of ");
      res.end("it");
      response.resolve(res);
    });
    const held = gated.holdSaves();
    const { socket } = dial(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await held.begun;
    socket.destroy();
    const res = await response.promise;
    if (!res.closed) await once(res, "close");
    held.release();
    await new Promise(setImmediate);
    expect(await store.count()).toBe(1);
    expect(errors).toEqual([]);
  });
});

describe("an endless answer whose client has gone and whose save fails", () => {
  it("is not drained for ever", async () => {
    const response = deferred<ServerResponse>();
    let chunks = 0;
    const { port, gated } = await scene(async (_req, res, { values }) => {
      values["seen"] = true;
      response.resolve(res);
      for (;;) {
        if (!res.write(`${chunks++}`)) await once(res, "drain");
      }
    });
    const held = gated.holdSaves();
    gated.failSaves(new Error("down"));
    const { socket } = dial(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await held.begun;
    socket.destroy();
    const res = await response.promise;
    if (!res.closed) await once(res, "close");
    held.release();
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    expect(chunks).toBe(1);
  });
});

describe("a handler that destroys its response while it is held", () => {
  it("gets what it wants: no answer, and the session stored", async () => {
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

describe("a handler whose client has gone", () => {
  it("stores what it has done when it returns without an answer", async () => {
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
