// The start of a store: every kind of connection, and what a failed start reports and leaves open.
import { readFileSync } from "node:fs";
import dns from "node:dns";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { ask } from "../../../../test/redis/ask.mjs";
import { startProxy } from "../../../../test/redis/proxy.ts";
import { freePort, type RedisServer, startRedis } from "../../../../test/redis/server.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { openBackend } from "../../src/backends/open-backend.ts";
import { ConfigError, StoreUnavailableError } from "../../src/errors.ts";
import { withBackend } from "../../src/backends/with-backend.ts";
import {
  withAuth,
  withConnectTimeout,
  withDB,
  withPassword,
  withTLS,
} from "../../src/options/connection-details.ts";
import {
  withAddress,
  withCluster,
  withMemory,
  withURL,
} from "../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../src/options/option.ts";

const PASSWORD = "geheim/ä%:@";
const ENCODED = encodeURIComponent(PASSWORD);
const certificate = new URL("tls/localhost.crt", import.meta.url).pathname;
const key = new URL("tls/localhost.key", import.meta.url).pathname;

let plain: RedisServer;
let closed: RedisServer;
let secure: RedisServer;
let mutual: RedisServer;
beforeAll(async () => {
  plain = await startRedis({ unixsocket: true });
  closed = await startRedis({ args: ["--requirepass", PASSWORD], unixsocket: true });
  secure = await startTLS("no");
  mutual = await startTLS("yes");
});
afterAll(() => Promise.all([plain, closed, secure, mutual].map((server) => server.stop())));

async function startTLS(clientCertificates: "yes" | "no"): Promise<RedisServer> {
  const port = await freePort();
  const tls = ["--tls-port", String(port), "--tls-cert-file", certificate, "--tls-key-file", key];
  const clients = ["--tls-ca-cert-file", certificate, "--tls-auth-clients", clientCertificates];
  return startRedis({ port, args: ["--port", "0", ...tls, ...clients] });
}

function open(...options: StoreOption[]) {
  return openBackend(collect(options), { keyPrefix: "s_", now: () => 0 });
}

/** Opens, stores, and closes again. */
async function works(id: string, ...options: StoreOption[]): Promise<boolean> {
  const backend = await open(...options);
  const created = await backend.create(id, Buffer.from("record"), 100, new Deadline(20));
  await backend.close();
  return created;
}

async function failure(...options: StoreOption[]): Promise<Error> {
  return failureWithin(0.5, ...options);
}

/** The error of a start that may take this many seconds; it contains no password. */
async function failureWithin(seconds: number, ...options: StoreOption[]): Promise<Error> {
  const error: unknown = await open(...options, withConnectTimeout(seconds)).then(
    () => new Error("It did not fail."),
    (reason: unknown) => reason,
  );
  for (let each = error; each instanceof Error; each = each.cause) {
    expect(`${each.stack} ${JSON.stringify(each, Object.getOwnPropertyNames(each))}`).not.toContain(
      "geheim",
    );
  }
  return error as Error;
}

/** A server that greets each client so; its port. */
async function serveOnce(greet: (socket: Socket) => void): Promise<number> {
  const server = createServer(greet).listen(0);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a start works", () => {
  it("in memory", () => expect(works("a", withMemory())).resolves.toBe(true));

  it("by URL and by address", async () => {
    expect(await works("url", withURL(plain.url))).toBe(true);
    expect(await works("address", withAddress("tcp", `127.0.0.1:${plain.port}`))).toBe(true);
    expect(await works("short", withAddress("tcp", `:${plain.port}`))).toBe(true);
    expect(await ask(plain.port, "EXISTS", "s_url", "s_address", "s_short")).toContain(":3");
  });

  it("over a socket file", async () => {
    const path = plain.unixsocket as string;
    expect(await works("unix", withAddress("unix", path))).toBe(true);
    expect(await works("unix-url", withURL(`unix://${path}`))).toBe(true);
    expect(await works("unix-db", withURL(`unix://:${ENCODED}@${closed.unixsocket}?db=2`))).toBe(
      true,
    );
  });

  it("with a password, of the default user or another", async () => {
    expect(await works("password", withURL(closed.url), withPassword(PASSWORD))).toBe(true);
    expect(await works("in-url", withURL(`redis://:${ENCODED}@127.0.0.1:${closed.port}`))).toBe(
      true,
    );
    expect(
      await works("default", withURL(`redis://default:${ENCODED}@127.0.0.1:${closed.port}`)),
    ).toBe(true);
    expect(await works("single-word", withURL(`redis://${ENCODED}@127.0.0.1:${closed.port}`))).toBe(
      true,
    );
    await ask(plain.port, "ACL", "SETUSER", "ada", "on", `>${PASSWORD}`, "~*", "+@all");
    expect(await works("user", withURL(plain.url), withAuth("ada", PASSWORD))).toBe(true);
    expect(
      await works("user-in-url", withURL(`redis://ada:${ENCODED}@127.0.0.1:${plain.port}`)),
    ).toBe(true);
  });

  it("in the database of the given number", async () => {
    expect(await works("seven", withURL(plain.url), withDB(7))).toBe(true);
    expect(await works("seven-in-url", withURL(`${plain.url}/7`))).toBe(true);
    expect(await ask(plain.port, "INFO", "keyspace")).toContain("db7:keys=2");
  });

  it("over TLS, with the certificate of the authority", async () => {
    const ca = readFileSync(certificate);
    expect(await works("tls", withURL(`rediss://localhost:${secure.port}`), withTLS({ ca }))).toBe(
      true,
    );
    expect(
      await works("tls-address", withAddress("tcp", `localhost:${secure.port}`), withTLS({ ca })),
    ).toBe(true);
  });
});

describe("a start fails, says why, and leaves nothing open", () => {
  it.each<[string, () => StoreOption[], RegExp]>([
    [
      "if the port is closed",
      () => [withURL("redis://127.0.0.1:1")],
      /at 127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    ],
    [
      "if the port is closed at every address of a name",
      () => [withURL("redis://localhost:1")],
      /localhost:1.*ECONNREFUSED/,
    ],
    [
      "if the name is unknown",
      () => [withURL("redis://nowhere.invalid")],
      /nowhere\.invalid:6379.*(ENOTFOUND|EAI_AGAIN)/,
    ],
    [
      "if there is no socket file",
      () => [withAddress("unix", "/nowhere.sock")],
      /nowhere\.sock.*ENOENT/,
    ],
  ])("%s", async (_, options, message) => {
    const error = await failure(...options());
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(message);
  });

  it.each<[string, () => StoreOption[], RegExp]>([
    [
      "if the certificate is not trusted",
      () => [withURL(`rediss://localhost:${secure.port}`)],
      /certificate.*withTLS\(\{ ca \}\)/,
    ],
    [
      "if the certificate is for another name",
      () => [
        withURL(`rediss://localhost:${secure.port}`),
        withTLS({ ca: readFileSync(certificate), servername: "other.test" }),
      ],
      /altnames.*withTLS\(\{ servername \}\).*natMap/,
    ],
    [
      "if the server demands a client certificate",
      () => [
        withURL(`rediss://localhost:${mutual.port}`),
        withTLS({ ca: readFileSync(certificate) }),
      ],
      /: [^:]*certificate required \(the server demands a client certificate: withTLS\(\{ cert, key \}\)/,
    ],
    ["without the password", () => [withURL(closed.url)], /NOAUTH.*withPassword/],
    [
      "with a wrong password",
      () => [withURL(closed.url), withPassword("geheimnis")],
      /WRONGPASS.*wrong/,
    ],
    [
      "with a wrong password in the URL",
      () => [withURL(`redis://ada:geheimnis@127.0.0.1:${closed.port}`)],
      /WRONGPASS/,
    ],
    [
      "with a database that does not exist",
      () => [withURL(plain.url), withDB(16)],
      /DB index is out of range/,
    ],
    [
      "with a user without any permission",
      () => [withURL(plain.url), withAuth("powerless", "geheim")],
      /NOPERM/,
    ],
  ])("%s, with a ConfigError", async (_, options, message) => {
    await ask(plain.port, "ACL", "SETUSER", "powerless", "on", ">geheim", "~*", "-@all");
    const error = await failure(...options());
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(message);
  });

  it("after which no connection is open", async () => {
    const proxy = await startProxy(closed);
    await failure(withURL(proxy.url));
    await failure(withURL(proxy.url), withPassword("geheimnis"));
    expect(proxy.accepted).toBe(2);
    await proxy.quiet();
    await proxy.close();
  });

  it("if the server accepts and stays silent", async () => {
    const mute = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => mute.once("listening", resolve));
    const { port } = mute.address() as { port: number };
    const error = await failureWithin(3.5, withURL(`rediss://127.0.0.1:${port}`));
    expect(error.message).toMatch(/no connection within 3 s.*does this port speak TLS/);
    const sooner = await failure(withURL(`rediss://127.0.0.1:${port}`));
    expect(sooner.message).toMatch(/no connection in time.*does this port speak TLS/);
    mute.close();
  });

  it("without a connection at all", async () => {
    const error = await failure();
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/No connection.*withMemory/);
  });
});

describe("a start waits for a Redis that is still starting", () => {
  it("if connections are refused", async () => {
    const port = await freePort();
    const opening = works("a", withURL(`redis://127.0.0.1:${port}`));
    await delay(400);
    const late = await startRedis({ port });
    expect(await opening).toBe(true);
    await late.stop();
  });

  it("if a proxy in front of it closes connections meanwhile", async () => {
    const proxy = createServer((socket) => socket.resetAndDestroy()).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const { port } = proxy.address() as AddressInfo;
    const opening = works("behind-proxy", withURL(`redis://127.0.0.1:${port}`));
    for (let connections = 0; connections < 4; connections++) await once(proxy, "connection");
    proxy.close();
    await once(proxy, "close");
    const late = await startRedis({ port });
    expect(await opening).toBe(true);
    await late.stop();
  });

  it("if it is loading its data", async () => {
    let isLoading = true;
    const loading = createServer((socket) => {
      socket.on("data", (bytes) => {
        const replies = isLoading
          ? "-LOADING Redis is loading the dataset in memory\r\n"
          : bytes.toString().includes("ping")
            ? "+PONG\r\n"
            : ":0\r\n";
        socket.write(replies);
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => loading.once("listening", resolve));
    const { port } = loading.address() as { port: number };
    const url = withURL(`redis://127.0.0.1:${port}`);
    expect((await failure(url)).message).toMatch(/LOADING.*loading its data/);
    const opening = open(url);
    await delay(300);
    isLoading = false;
    await (await opening).close();
    loading.close();
  });

  it("if its name is not known yet", async () => {
    let isKnown = false;
    const lookup = dns.lookup.bind(dns);
    const spy = vi.spyOn(dns, "lookup").mockImplementation(((
      name: string,
      options: object,
      callback: (error: Error | null) => void,
    ) => {
      if (isKnown) return lookup("127.0.0.1", options, callback as never);
      const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
        code: "ENOTFOUND",
      });
      return process.nextTick(callback, error);
    }) as never);
    const opening = works("late-name", withURL(`redis://redis.test:${plain.port}`));
    await delay(300);
    isKnown = true;
    expect(await opening).toBe(true);
    spy.mockRestore();
  });

  it("until withConnectTimeout, and says then why", async () => {
    const began = performance.now();
    const error = await failureWithin(0.7, withURL("redis://127.0.0.1:1"));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(/ECONNREFUSED/);
    expect(performance.now() - began).toBeGreaterThan(400);
  });
});

describe("a start refuses at once what waiting cannot mend", () => {
  it("if the server is a replica", async () => {
    const replica = await startRedis({ args: ["--replicaof", "127.0.0.1", String(plain.port)] });
    const error = await failureWithin(20, withURL(replica.url));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/READONLY.*replica/);
    await replica.stop();
  });

  it.each<[string, () => number | Promise<number>]>([
    ["Redis", () => secure.port],
    ["a Redis that demands a client certificate", () => mutual.port],
    [
      "a server that says so",
      () => serveOnce((socket) => socket.end("\u0015\u0003\u0001\0\u0002\u0002F")),
    ],
  ])("if the port speaks TLS and the URL does not (%s)", async (_, port) => {
    const error = await failureWithin(20, withURL(`redis://:geheim@localhost:${await port()}`));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/TLS.*rediss:\/\/.*withTLS\(\{\}\)/);
  });

  it("if the nodes of a cluster speak TLS and the store does not", async () => {
    const node = { host: "localhost", port: secure.port };
    const error = await failureWithin(20, withCluster([node]));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/TLS.*withTLS\(\{\}\)/);
  });

  it("if the URL says TLS and the port does not speak it, long before the time to connect is over", async () => {
    const denying = await serveOnce((socket) => {
      // Redis sends this, for instance in protected mode, to a client that has sent nothing it understands.
      socket.on("data", (bytes) => bytes.includes("PING") && socket.end("-DENIED no\r\n"));
    });
    for (const port of [plain.port, closed.port, denying]) {
      const error = await failureWithin(20, withURL(`rediss://:geheim@localhost:${port}`));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toMatch(/does not speak TLS: use redis:\/\/.*no withTLS/);
    }
    const error = await failureWithin(20, withCluster([`127.0.0.1:${plain.port}`]), withTLS({}));
    expect(error.message).toMatch(/does not speak TLS/);
  });

  it("if there are no scripts", async () => {
    const bare = await startRedis({ args: ["--rename-command", "EVAL", ""] });
    const error = await failureWithin(20, withURL(bare.url));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/unknown command.*EVAL and EVALSHA/i);
    await bare.stop();
  });
});

it("a start that ends in an attempt without time says what the others failed by", async () => {
  const attempts = [
    new StoreUnavailableError("no reason yet"),
    new StoreUnavailableError("connect ENOENT /nowhere.sock", { cause: new Error("ENOENT") }),
  ];
  const late = new StoreUnavailableError("out of time");
  const backend = Object.assign(await open(withMemory()), {
    health: async (deadline: Deadline) => {
      const error = attempts.shift() ?? late;
      if (error === late) await delay(deadline.remaining());
      return { ok: false, latency: 0, error };
    },
  });
  await expect(open(withBackend(backend), withConnectTimeout(1))).rejects.toThrow(/ENOENT/);
});

describe("a password that is a function", () => {
  it.each<[string, () => string, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("no credentials");
      },
      /function that gives the password failed: no credentials/,
    ],
    ["gives no string", () => undefined as never, /gave undefined, not a string/],
    ["gives a number, which is not shown", () => 123_456 as never, /gave number, not a string/],
  ])("that %s keeps the store unavailable, with the reason", async (_, password, message) => {
    const error = await failure(withURL(closed.url), withPassword(password));
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(message);
  });

  it("that gives an empty string logs in without a password", async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const backend = await open(
      withURL(server.url),
      withPassword(() => ""),
    );
    await backend.close();
    expect(await ask(server.port, "INFO", "commandstats")).not.toContain("cmdstat_auth");
  });
});
