// The options of the connection: what they accept and refuse, and that no message contains a password.
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import {
  withAuth,
  withConnectTimeout,
  withDB,
  withDBNum,
  withIdleTimeout,
  withPassword,
  withPoolIdleTimeout,
  withPoolSize,
  withTLS,
} from "../../src/options/connection-details.ts";
import {
  withAddress,
  withClient,
  withCluster,
  withMemory,
  withSentinel,
  withURL,
} from "../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../src/options/option.ts";
import { resolveConnection } from "../../src/options/resolve-connection.ts";

const resolve = (...options: StoreOption[]) => resolveConnection(collect(options));

function refusal(make: () => unknown): string {
  try {
    make();
    return "taken";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.includes("geheim") ? `Leaked: ${error.message}` : error.message;
  }
}

describe("withAddress", () => {
  it("parses the address forms of Go", () => {
    const node = (address: string) => resolve(withAddress("tcp", address)).connection;
    expect(node(":6379")).toEqual({ kind: "tcp", host: "localhost", port: 6379 });
    expect(node("redis.internal:7000")).toEqual({
      kind: "tcp",
      host: "redis.internal",
      port: 7000,
    });
    expect(node("[::1]:7000")).toEqual({ kind: "tcp", host: "::1", port: 7000 });
    expect(node("redis.internal")).toEqual({ kind: "tcp", host: "redis.internal", port: 6379 });
    expect(resolve(withAddress("unix", "/run/redis.sock")).connection).toEqual({
      kind: "unix",
      path: "/run/redis.sock",
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ["no address", () => withAddress("tcp", ""), /such as "localhost:6379"/],
    ["a URL", () => withAddress("tcp", "redis://:geheim@host"), /a URL goes into withURL/],
    ["an invalid port", () => withAddress("tcp", "host:70000"), /70000 is not a port/],
    ["an IPv6 address without brackets", () => withAddress("tcp", "::1"), /\[::1\]:6379/],
    ["no path", () => withAddress("unix", ""), /path of a socket file/],
    ["another network", () => withAddress("udp" as "tcp", ":6379"), /"tcp" or "unix" first/],
  ])("refuses %s", (_, make, message) => {
    expect(refusal(make)).toMatch(message);
    expect(refusal(make)).not.toMatch(/Leaked/);
  });
});

describe("withCluster and withSentinel", () => {
  it("take addresses as strings or objects", () => {
    const nodes = [
      { host: "a", port: 7000 },
      { host: "b", port: 6379 },
      { host: "c", port: 7002 },
    ];
    const { connection } = resolve(
      withCluster([{ host: "a", port: 7000 }, { host: "b" }, "c:7002"]),
    );
    expect(connection).toMatchObject({ kind: "cluster", nodes });
    const sentinel = resolve(withSentinel(["a", "b:26380"], "mymaster")).connection;
    expect(sentinel).toMatchObject({
      sentinels: [{ port: 26_379 }, { port: 26_380 }],
      name: "mymaster",
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ["no nodes", () => withCluster([]), /at least one/],
    ["one node without a list", () => withCluster("a:7000" as never), /a list of at least one/],
    ["something that is not an address", () => withCluster([7000 as never]), /host:port/],
    [
      "options of another library",
      () => withCluster(["a"], { redisOptions: { password: "geheim" } } as never),
      /"redisOptions".*withPassword/,
    ],
    [
      "a misspelt option",
      () => withCluster(["a"], { natmap: {} } as never),
      /no option "natmap"\. Did you mean "natMap"\?/,
    ],
    [
      "a misspelt option of the sentinels' TLS",
      () => withSentinel(["a"], "m", { sentinelTLS: { serverName: "a" } } as never),
      /sentinelTLS has no option "serverName"\. Did you mean "servername"\?/,
    ],
    [
      "sentinels without the name of the master",
      () => withSentinel(["a"], ""),
      /name of the master/,
    ],
  ])("refuse %s", (_, make, message) => {
    expect(refusal(make)).toMatch(message);
    expect(refusal(make)).not.toMatch(/Leaked/);
  });
});

describe("the details of the connection", () => {
  it("have the defaults of Go's redistore", () => {
    expect(resolve(withURL("redis://localhost")).limits).toEqual({ size: 10, idleTimeout: 240 });
    expect(
      resolve(withURL("redis://localhost"), withPoolSize(3), withPoolIdleTimeout(0)).limits,
    ).toEqual({ size: 3, idleTimeout: 0 });
  });

  it("also have the names of Go's redistore", () => {
    expect(resolve(withURL("redis://localhost"), withIdleTimeout(60)).limits.idleTimeout).toBe(60);
    for (const option of [withDB(3), withDB("3"), withDBNum(3)]) {
      expect(resolve(withURL("redis://localhost"), option).identity).toEqual({ db: 3 });
    }
    expect(resolve(withURL("redis://localhost"), withDB("")).identity).toEqual({ db: 0 });
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "an undefined password",
      () => withPassword(process.env.NO_SUCH_PASSWORD as string),
      /undefined.*environment variable/,
    ],
    [
      "an undefined user name",
      () => withAuth(undefined as never, "geheim"),
      /user name is undefined/,
    ],
    [
      "a password that is not a string",
      () => withPassword(["geheim"] as never),
      /password is of type object/,
    ],
    ["a database that is not a number", () => withDB("first"), /"first" is not a database/],
    ["a negative database", () => withDB(-1), /-1 is not a database/],
    ["true in place of TLS options", () => withTLS(true as never), /options of tls\.connect.*\{\}/],
    [
      "a misspelt option of TLS",
      () => withTLS({ CA: "x" } as never),
      /withTLS has no option "CA"\. Did you mean "ca"\?/,
    ],
    ["milliseconds to connect", () => withConnectTimeout(5000), /Were milliseconds meant/],
    ["a pool without connections", () => withPoolSize(0), /1 or more/],
    ["a fraction of a connection", () => withPoolSize(1.5), /number of connections/],
    [
      "idle times in milliseconds",
      () => withPoolIdleTimeout(240_000_000),
      /Did you mean milliseconds/,
    ],
  ])("refuse %s", (_, make, message) => {
    expect(refusal(make)).toMatch(message);
    expect(refusal(make)).not.toMatch(/Leaked/);
  });
});

describe("options of the connection in combination", () => {
  const TCP = "redis://localhost:6379/0";

  it("may repeat what the URL contains, and add to it", () => {
    const { identity } = resolve(
      withURL("rediss://ada:geheim@localhost/2"),
      withAuth("ada", "geheim"),
      withDB(2),
      withTLS({ ca: "x" }),
    );
    expect(identity).toEqual({ username: "ada", password: "geheim", db: 2, tls: { ca: "x" } });
    expect(resolve(withURL("redis://localhost"), withTLS({})).identity).toEqual({ tls: {} });
  });

  it.each<[string, () => StoreOption[], RegExp]>([
    [
      "two connections",
      () => [withURL(TCP), withMemory()],
      /Two connections: withURL and withMemory/,
    ],
    [
      "two passwords",
      () => [withURL(TCP), withAuth("a", "geheim"), withPassword("geheim")],
      /withPassword.*withAuth/,
    ],
    [
      "a password that differs from the URL's",
      () => [withURL("redis://:geheim1@localhost"), withPassword("geheim2")],
      /withURL and withPassword give two different values of "password"/,
    ],
    [
      "a database that differs from the URL's",
      () => [withURL("redis://localhost/1"), withDB(2)],
      /withURL and withDB.*"db"/,
    ],
    ["TLS over a socket file", () => [withAddress("unix", "/s"), withTLS({})], /not encrypted/],
    ["a database of a cluster", () => [withCluster(["a"]), withDB(1)], /only database 0/],
    [
      "a password with a client",
      () => [withClient({}), withPassword("geheim")],
      /withPassword has no effect with withClient/,
    ],
    ["a pool with a client", () => [withClient({}), withPoolSize(5)], /withPoolSize has no effect/],
    [
      "TLS with a store in memory",
      () => [withMemory(), withTLS({})],
      /withTLS has no effect with withMemory/,
    ],
  ])("refuse %s", (_, make, message) => expect(refusal(() => resolve(...make()))).toMatch(message));

  it("must include a connection", () => {
    expect(refusal(() => resolve(withDB(1)))).toMatch(/No connection\. Add one of withURL/);
  });
});
