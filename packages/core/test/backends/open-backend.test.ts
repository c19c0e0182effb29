// The start of a store: every kind of connection, and what a failed start reports and leaves open.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../../../test/redis/ask.mjs";
import { startProxy } from "../../../../test/redis/proxy.ts";
import { freePort, type RedisServer, startRedis } from "../../../../test/redis/server.ts";
import { Deadline } from "../../src/backends/deadline.ts";
import { openBackend } from "../../src/backends/open-backend.ts";
import { ConfigError, StoreUnavailableError } from "../../src/errors.ts";
import { withAuth, withDB, withPassword, withTLS } from "../../src/options/connection-details.ts";
import { withAddress, withMemory, withURL } from "../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../src/options/option.ts";

const PASSWORD = "geheim/ä%:@";
const ENCODED = encodeURIComponent(PASSWORD);
const certificate = new URL("tls/localhost.crt", import.meta.url).pathname;
const key = new URL("tls/localhost.key", import.meta.url).pathname;

let plain: RedisServer;
let closed: RedisServer;
let secure: RedisServer;
beforeAll(async () => {
  plain = await startRedis({ unixsocket: true });
  closed = await startRedis({ args: ["--requirepass", PASSWORD], unixsocket: true });
  const port = await freePort();
  const tls = [
    "--tls-port",
    String(port),
    "--tls-cert-file",
    certificate,
    "--tls-key-file",
    key,
    "--tls-auth-clients",
    "no",
  ];
  secure = await startRedis({ port, args: ["--port", "0", ...tls] });
});
afterAll(() => Promise.all([plain, closed, secure].map((server) => server.stop())));

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
  const error: unknown = await open(...options).then(
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
    [
      "if the certificate is not trusted",
      () => [withURL(`rediss://localhost:${secure.port}`)],
      /certificate.*withTLS\(\{ ca \}\)/,
    ],
    [
      "if the port speaks TLS and the URL does not",
      () => [withURL(`redis://localhost:${secure.port}`)],
      /TLS.*rediss:\/\//,
    ],
  ])("%s", async (_, options, message) => {
    const error = await failure(...options());
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error.message).toMatch(message);
  });

  it.each<[string, () => StoreOption[], RegExp]>([
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
    const error = await failure(withURL(`rediss://127.0.0.1:${port}`));
    expect(error.message).toMatch(/no connection within 3 s.*does this port speak TLS/);
    mute.close();
  });

  it("without a connection at all", async () => {
    const error = await failure();
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/No connection.*withMemory/);
  });
});
