// Arguments that client libraries can send and no log can read, and when a client is observed.
import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  concealArguments,
  isObserved,
} from "../../../../src/backends/redis/transport/conceal-arguments.ts";

describe("concealed arguments", () => {
  const args = ["hash", "1", "a key", Buffer.from("a value")];
  const concealed = concealArguments({ name: "evalsha", args, write: true }).args;

  it("are the same bytes to a client library", () => {
    expect(concealed.slice(2).every((arg) => Buffer.isBuffer(arg))).toBe(true);
    const bytes = concealed.map((arg) => Buffer.concat([Buffer.from(arg)]).toString());
    expect(bytes).toEqual(args.map(String));
  });

  it("are shown as a question mark, but for the script and its number of keys", () => {
    expect(concealed.join(" ")).toBe("hash 1 ? ?");
    expect(JSON.stringify(concealed)).toBe('["hash","1","?","?"]');
    expect(inspect(concealed)).toBe("[ 'hash', '1', ?, ? ]");
  });
});

describe("a client", () => {
  const client = new Redis({ lazyConnect: true });

  it("is not observed as it is", () => {
    expect(isObserved(client)).toBe(false);
  });

  it("is observed while its channel has a subscriber", () => {
    const channel = tracingChannel("ioredis:command");
    const handlers = { start: () => {} } as unknown as Parameters<typeof channel.subscribe>[0];
    channel.subscribe(handlers);
    onTestFinished(() => channel.unsubscribe(handlers));
    expect(isObserved(client)).toBe(true);
  });

  it("is observed once its method is wrapped, by a function of whatever kind", () => {
    const send = (...args: Parameters<Redis["sendCommand"]>): unknown =>
      client.sendCommand(...args);
    const wrappers = [
      send,
      function sendCommand(...args: Parameters<Redis["sendCommand"]>): unknown {
        return send(...args);
      },
      new Proxy(send, {}),
      send.bind(client),
    ];
    for (const wrapper of wrappers) {
      const wrapped = Object.create(client, { sendCommand: { value: wrapper } }) as Redis;
      expect(isObserved(wrapped)).toBe(true);
    }
  });
});
