// Back-pressure while a response is buffered: its writer waits, so the buffer stays small.
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { deferred } from "../../src/testing/index.ts";
import { scene } from "../serve.ts";

const CHUNK = Buffer.alloc(16_384, "x");
const CHUNKS = 2_000;

/** A source of 32 MB that counts the chunks that were read from it. */
function countedSource(): { source: Readable; taken: () => number } {
  let count = 0;
  const source = new Readable({
    read() {
      this.push(count++ < CHUNKS ? CHUNK : null);
    },
  });
  return { source, taken: () => count };
}

describe("the writer of a buffered response", () => {
  it.each<[string, (source: Readable, res: NodeJS.WritableStream) => unknown]>([
    ["pipe", (source, res) => source.pipe(res)],
    ["pipeline", (source, res) => pipeline(source, res)],
  ])("stops by itself with %s, and goes on when the first byte is sent", async (_how, send) => {
    const { source, taken } = countedSource();
    const { browser, gated } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      return send(source, res);
    });
    const paused = gated.pauseSaves();
    const visit = browser.visit("/");
    await paused.begun;
    // As many turns of the event loop as the source would need to end.
    for (let turn = 0; turn < CHUNKS; turn++) await new Promise(setImmediate);
    // One chunk is buffered, and the source's own buffer is full.
    expect(taken()).toBeLessThan(8);
    paused.release();
    const { text, setCookie } = await visit;
    expect([text.length, setCookie.length]).toEqual([CHUNK.length * CHUNKS, 1]);
  });

  it("gets drain once, after the response is released", async () => {
    const events: string[] = [];
    const { browser, gated } = await scene(async (_req, res, { values }) => {
      values["seen"] = true;
      events.push(String(res.write("a")));
      await EventEmitter.once(res, "drain");
      events.push("drain", String(res.write("b")));
      res.on("drain", () => events.push("drain again"));
      res.end("c");
    });
    const paused = gated.pauseSaves();
    const visit = browser.visit("/");
    await paused.begun;
    await new Promise(setImmediate);
    expect(events).toEqual(["false"]);
    paused.release();
    expect((await visit).text).toBe("abc");
    expect(events).toEqual(["false", "drain", "true"]);
  });

  it("gets no drain from the gate if Node itself makes it wait", async () => {
    const drained = deferred<boolean>();
    let reading = false;
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.on("drain", () => drained.resolve(reading));
      // More than the buffers between server and client can hold.
      res.write(Buffer.alloc(64_000_000));
    });
    const res = await browser.open("/");
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
    reading = true;
    res.resume();
    expect(await drained.promise).toBe(true);
    res.destroy();
  });

  it("gets drain from Node if the client is slow", async () => {
    const { source } = countedSource();
    let drains = 0;
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      res.on("drain", () => drains++);
      source.pipe(res);
    });
    const res = await browser.open("/");
    // The client reads nothing until the buffers between are full.
    await new Promise(setImmediate);
    let length = 0;
    for await (const chunk of res) length += (chunk as Buffer).length;
    expect(length).toBe(CHUNK.length * CHUNKS);
    expect(drains).toBeGreaterThan(1);
  });
});

describe("a writer that ignores back-pressure", () => {
  it("loses no chunk", async () => {
    const { browser } = await scene((_req, res, { values }) => {
      values["seen"] = true;
      for (let each = 0; each < 100; each++) res.write(`${each},`);
      res.end("100");
    });
    const { text } = await browser.visit("/");
    expect(text.split(",").map(Number)).toEqual(Array.from({ length: 101 }, (_, each) => each));
  });
});
