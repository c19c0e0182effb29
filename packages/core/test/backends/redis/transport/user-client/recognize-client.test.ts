// What withClient accepts, and how it names anything else.
import { Cluster, Redis } from "ioredis";
import { createClient, createSentinel } from "redis6";
import { afterEach, describe, expect, inject, it } from "vitest";
import { openBackend } from "../../../../../src/backends/open-backend.ts";
import { recognizeClient } from "../../../../../src/backends/redis/transport/user-client/recognize-client.ts";
import { ConfigError } from "../../../../../src/errors.ts";
import { withClient } from "../../../../../src/options/connection-options.ts";
import { collect } from "../../../../../src/options/option.ts";

const url = inject("redisUrl");
const ends: Array<() => unknown> = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** An ioredis client that ends with the test. */
function ioredis(
  at: string,
  options: { keyPrefix?: string; protocol?: 2; lazyConnect?: boolean } = {},
): Redis {
  const client = new Redis(at, options);
  ends.push(() => client.disconnect());
  return client;
}

function refusal(client: unknown): string {
  try {
    recognizeClient(client);
    return "accepted";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

describe("withClient names what it does not accept", () => {
  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /given undefined\. It takes a client of ioredis/],
    ["null", null, /given null/],
    ["a URL", "redis://secret@host", /a string; a URL goes into withURL/],
    ["a class", Redis, /a function or class/],
    ["options", { host: "localhost", port: 6379 }, /a plain object; addresses go into/],
    ["a promise", Promise.resolve(), /a promise: await it/],
    ["another class", new Map(), /an object of class Map/],
    ["node-redis 3", { on: () => 0, internal_send_command: () => 0 }, /node-redis 3/],
    [
      "node-redis 4",
      { on: () => 0, sendCommand: () => 0, duplicate: () => 0, isOpen: true },
      /node-redis 4/,
    ],
  ])("%s", (_, client, message) => {
    expect(refusal(client)).toMatch(message);
    expect(refusal(client)).not.toMatch(/secret/);
  });

  it("when the store starts, not later", async () => {
    const settings = collect([withClient({})]);
    await expect(openBackend(settings, { keyPrefix: "s_", now: () => 0 })).rejects.toThrow(
      ConfigError,
    );
  });
});

describe("withClient refuses a client that cannot be used for sessions", () => {
  it("with a key prefix of its own, and says how to set the prefix instead", () => {
    expect(refusal(ioredis(url, { keyPrefix: "app:" }))).toMatch(/withKeyPrefix\("app:session_"\)/);
    const client = createClient({ url, keyPrefix: "app:" });
    ends.push(() => client.destroy());
    void client.connect();
    expect(refusal(client)).toMatch(/withKeyPrefix\("app:session_"\)/);
  });

  it("in subscriber mode", async () => {
    const client = ioredis(url, { protocol: 2 });
    await client.subscribe("channel");
    expect(refusal(client)).toMatch(/subscriber mode.*client\.duplicate\(\)/);
    const other = createClient({ url });
    ends.push(() => other.destroy());
    await other.connect();
    await other.subscribe("channel", () => undefined);
    expect(refusal(other)).toMatch(/subscriptions.*client\.duplicate\(\)/);
  });

  it("that reads from replicas", () => {
    const client = new Cluster([{ host: "127.0.0.1", port: 1 }], {
      lazyConnect: true,
      scaleReads: "slave",
    });
    expect(refusal(client)).toMatch(/scaleReads: "master"/);
  });

  it("that was closed", async () => {
    const client = ioredis(url);
    const ended = new Promise((resolve) => client.once("end", resolve));
    await client.quit();
    await ended;
    expect(refusal(client)).toMatch(/is closed/);
  });

  it("that is not connected", () => {
    expect(refusal(createClient({ url }))).toMatch(/Call client\.connect\(\) first/);
  });

  it("that is a Sentinel client of node-redis", () => {
    const client = createSentinel({
      name: "mymaster",
      sentinelRootNodes: [{ host: "127.0.0.1", port: 1 }],
    });
    expect(refusal(client)).toMatch(/Use withSentinel/);
  });
});

it("withClient names a client without its password", () => {
  const client = ioredis("redis://user:geheim@127.0.0.1:1/0", { lazyConnect: true });
  client.on("error", () => undefined);
  expect(recognizeClient(client).address).toBe("127.0.0.1:1 (the client given to withClient)");
});
