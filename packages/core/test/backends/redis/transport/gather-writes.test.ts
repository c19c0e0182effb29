// The writes of one turn go to the stream as one, in their order and byte for byte.
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { gatherWrites } from "../../../../src/backends/redis/transport/gather-writes.ts";

let stream: PassThrough;
let chunks: Buffer[];
beforeEach(() => {
  stream = new PassThrough();
  chunks = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  gatherWrites(stream);
});

describe("gathered writes", () => {
  it("go together when the turn is over, and not before", async () => {
    stream.write("a");
    await Promise.resolve();
    stream.write("b");
    expect(chunks).toEqual([]);
    await turn();
    expect(chunks.map(String)).toEqual(["ab"]);
    stream.write("c");
    await turn();
    expect(chunks.map(String)).toEqual(["ab", "c"]);
  });

  it("are the bytes that their characters stand for", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    stream.write(bytes.toString("latin1"));
    await turn();
    expect(Buffer.concat(chunks)).toEqual(bytes);
  });

  it("keep their place before what is not gathered", async () => {
    stream.write("a");
    stream.write(Buffer.from("b"));
    await new Promise<void>((resolve) => stream.write("c", () => resolve()));
    stream.write("d");
    await turn();
    expect(Buffer.concat(chunks).toString()).toBe("abcd");
  });

  it("are dropped where the stream has ended meanwhile: who waits for an answer is told by its end", async () => {
    stream.write("a");
    stream.destroy();
    await turn();
    expect(chunks).toEqual([]);
  });
});
