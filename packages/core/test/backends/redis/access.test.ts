// The rights that sessions need: the ACL line that errors name is sufficient, and the check at the start finds what is missing.
import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../../../../test/redis/ask.mjs";
import {
  type RedisServer,
  startCluster,
  startRedis,
  startSentinel,
} from "../../../../../test/redis/server.ts";
import type { Backend } from "../../../src/backends/backend.ts";
import { Deadline } from "../../../src/backends/deadline.ts";
import { openBackend } from "../../../src/backends/open-backend.ts";
import { ConfigError } from "../../../src/errors.ts";
import { withAuth, withDB } from "../../../src/options/connection-details.ts";
import { withCluster, withSentinel, withURL } from "../../../src/options/connection-options.ts";
import { collect, type StoreOption } from "../../../src/options/option.ts";
import { backendSuite } from "../../../src/testing/index.ts";
import { underTest } from "./redis-under-test.ts";

let server: RedisServer;
let admin: Redis;
const backends: Backend[] = [];
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.port);
});
afterEach(async () => {
  for (const backend of backends.splice(0)) await backend.close();
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const acl = (...rules: string[]) => ask(server.port, "ACL", "SETUSER", ...rules);

async function open(user: string, keyPrefix: string, ...options: StoreOption[]): Promise<Backend> {
  const settings = collect([withURL(server.url), withAuth(user, "pass"), ...options]);
  const backend = await openBackend(settings, { keyPrefix, now: () => 0 });
  backends.push(backend);
  return backend;
}

function refusal(user: string, keyPrefix = "session_"): Promise<Error> {
  return open(user, keyPrefix).then(
    () => new Error("It was not refused."),
    (error: unknown) => error as Error,
  );
}

async function listing(backend: Backend): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of backend.ids()) ids.push(id);
  return ids;
}

/** Creates a user that may do only what the message says. */
async function grantAsAdvised(user: string, keyPrefix: string): Promise<void> {
  await acl(user, "reset", "on", ">pass", "+ping");
  const { message } = await refusal(user, keyPrefix);
  const [, rules = ""] = /Run: ACL SETUSER \S+ (.*?) \(and/.exec(message) ?? [];
  expect(rules).not.toBe("");
  await acl(user, "reset", "on", ">pass", ...rules.split(" "));
}

describe("under exactly the ACL that the error names", () => {
  const prefixes = { plain: "session_", tagged: "{app}_", pattern: "s[1]*_" };
  for (const [user, keyPrefix] of Object.entries(prefixes)) {
    backendSuite({ describe, it }, `Redis, prefix ${keyPrefix}`, async () => {
      await grantAsAdvised(user, keyPrefix);
      await acl(user, "+scan");
      await ask(server.port, "SCRIPT", "FLUSH");
      await ask(server.port, "ACL", "LOG", "RESET");
      const backend = await open(user, keyPrefix);
      const subject = underTest(backend, keyPrefix, [admin]);
      return {
        ...subject,
        dispose: async () => {
          const log = await ask(server.port, "ACL", "LOG");
          if (log !== "*0\r\n") throw new Error(`Redis denied something: ${log}`);
          await subject.dispose?.();
        },
      };
    });
  }

  it("another database needs +select, and listing needs +scan, as the message says", async () => {
    await grantAsAdvised("more", "session_");
    await expect(listing(await open("more", "session_"))).rejects.toThrow(/\+scan for counting/);
    await expect(open("more", "session_", withDB(1))).rejects.toThrow(/NOPERM.*select/);
    await acl("more", "+scan", "+select");
    expect(await listing(await open("more", "session_", withDB(1)))).toEqual([]);
  });
});

it("docs/production.md names the same rights as the error, in the same words", async () => {
  await acl("reader", "reset", "on", ">pass", "+ping");
  const { message } = await refusal("reader");
  const page = readFileSync(new URL("../../../../../docs/production.md", import.meta.url), "utf8");
  const [, given = ""] = /ACL SETUSER app on >password ([^`]+)`/.exec(page) ?? [];
  const [, advised = ""] = /Run: ACL SETUSER \S+ (.*?) \(and/.exec(message) ?? [];
  expect(given.split(" ").toSorted()).toEqual(advised.split(" ").toSorted());
});

async function useAndClose(connection: StoreOption): Promise<void> {
  const settings = collect([connection, withAuth("app", "pass")]);
  const backend = await openBackend(settings, { keyPrefix: "session_", now: () => 0 });
  for (const id of ["a", "b", "c", "d"]) {
    await backend.create(id, Buffer.from("record"), 100, new Deadline(20));
    await backend.replace(id, undefined, Buffer.from("next"), 100, new Deadline(20));
  }
  await backend.close();
}

describe("the further commands that the error names", () => {
  const RULES =
    "~session_* ~{session_*}~ +ping +mget +set +get +del +pttl +pexpire +zadd +zcard +zrange +zrem +zscore +eval +evalsha";

  it("suffice for withCluster", async () => {
    const cluster = await startCluster(3);
    const { nodes } = cluster;
    const rules = `reset on >pass ${RULES} +cluster|slots +asking`.split(" ");
    for (const { port } of nodes) await ask(port, "ACL", "SETUSER", "app", ...rules);
    await useAndClose(withCluster(nodes));
    for (const { port } of nodes) expect(await ask(port, "ACL", "LOG")).toBe("*0\r\n");
    await cluster.stop();
  });

  it("suffice for withSentinel", async () => {
    const group = await startSentinel("limited");
    const { master, sentinel, name } = group;
    await ask(master.port, "ACL", "SETUSER", "app", ...`on >pass ${RULES} +info`.split(" "));
    await useAndClose(withSentinel([sentinel], name));
    expect(await ask(master.port, "ACL", "LOG")).toBe("*0\r\n");
    await group.stop();
  });
});

describe("the start refuses with a ConfigError, and health() reports", () => {
  const COMMANDS =
    "+ping +mget +set +get +del +pttl +pexpire +zadd +zcard +zrange +zrem +zscore +eval +evalsha".split(
      " ",
    );
  const KEYS = ["~session_*", "~{session_*}~"];

  it.each<[string, string[], RegExp]>([
    ["no scripts", [...COMMANDS, "-eval", "-evalsha", ...KEYS], /NOPERM.*eval.*\+eval \+evalsha/],
    ["no EVAL, which is needed after a restart only", [...COMMANDS, "-eval", ...KEYS], /NOPERM/],
    ["no EVALSHA", [...COMMANDS, "-evalsha", ...KEYS], /NOPERM/],
    ["no SET", [...COMMANDS, "-set", ...KEYS], /NOPERM.*\+set/],
    ["no keys of tombstones", [...COMMANDS, "~session_*"], /NOPERM.*~session_\* ~\{session_\*\}~/],
    ["keys of another prefix", [...COMMANDS, "~other_*", "~{other_*}~"], /NOPERM.*~session_\*/],
  ])("%s", async (_, rules, message) => {
    await acl("narrow", "reset", "on", ">pass", ...COMMANDS, ...KEYS);
    const backend = await open("narrow", "session_");
    expect(await backend.health(new Deadline(20))).toMatchObject({ ok: true });
    await acl("narrow", "reset", "on", ">pass", ...rules);
    const error = await refusal("narrow");
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(message);
    const health = await backend.health(new Deadline(20));
    expect(health).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
  });

  it("and the check leaves no key behind", async () => {
    await admin.flushdb();
    await acl("full", "reset", "on", ">pass", ...COMMANDS, ...KEYS);
    await (await open("full", "session_")).health(new Deadline(20));
    expect(await admin.dbsize()).toBe(0);
  });
});
