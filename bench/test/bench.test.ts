// The bench measures every subject, and its bounds do what its README says. No test asserts a time.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCodec } from "@redistore/core";
import { describe, expect, it } from "vitest";
import { decodeCookie, encodeCookie } from "../gorilla-cookie.js";
import type { Report } from "../report.js";
import { subjectNames, USUAL } from "../subject.js";

const main = fileURLToPath(new URL("../main.js", import.meta.url));
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args]);
const tiny = ["--rounds", "1", "--seconds", "0.1", "--sessions", "8", "--connections", "4"];

// Commands inside a script count in addition to its evalsha.
const none = {};
const plain = { read: { get: 1 }, write: { get: 1, set: 1 }, new: { set: 1 }, none };
const bare = { read: none, write: none, new: none, none };
const write = { mget: 1, evalsha: 1, get: 2, set: 1 };
const ours = { read: { mget: 1 }, write, new: { evalsha: 1, mget: 2, set: 1 }, none };
const touch = { mget: 3, evalsha: 1, pttl: 1, pexpire: 1 };

const COMMANDS = {
  "bare-ioredis": plain,
  "node-crypto": { ...plain, write: { evalsha: 1, get: 2, set: 1 } },
  "bare-express": bare,
  "bare-koa": bare,
  "express-session-connect-redis": { ...plain, read: { get: 1, expire: 1 } },
  "express-session-redistore": { ...ours, read: touch },
  "fastify-session": plain,
  "koa-session": plain,
  "redistore-express": ours,
  "redistore-http": ours,
  "redistore-http-encrypted": ours,
  "redistore-http-rolling": ours,
  "redistore-koa": ours,
};

/** By subject and scenario. */
function commandsOf(results: Report["results"]) {
  const subjects = Object.keys(results["read"] ?? {});
  return Object.fromEntries(
    subjects.map((name) => [
      name,
      Object.fromEntries(
        Object.entries(results).map(([scenario, of]) => {
          // The store checks a connection with a PING if it was idle before the measurement.
          const { ping: _, ...commands } = of[name]?.commands ?? {};
          return [scenario, commands];
        }),
      ),
    ]),
  );
}

describe("pnpm bench", () => {
  it(
    "runs every subject in every scenario, with these Redis commands",
    { timeout: 120_000 },
    async () => {
      const { stdout } = await bench(...tiny, "--json", "--subjects", "all");
      const { machine, versions, results, comparisons } = JSON.parse(stdout) as Report;
      expect(machine).toMatchObject({ node: process.version, cores: expect.any(Number) });
      expect(versions).toMatchObject({ "@redistore/http": expect.any(String) });
      for (const bySubject of Object.values(results)) {
        for (const result of Object.values(bySubject)) {
          expect(result.cpu).toBeGreaterThan(0);
          expect(result.rate).toBeGreaterThan(0);
          expect(result.rounds).toHaveLength(1);
        }
        expect(bySubject["bare-ioredis"]?.ratios["bare-ioredis"]).toBe(1);
      }
      expect(commandsOf(results)).toEqual(COMMANDS);
      expect(comparisons).toContainEqual(
        expect.objectContaining({ of: "redistore-koa", ratio: expect.any(Number) }),
      );
    },
  );

  it("measures the usual subjects if none is named", async () => {
    expect(await subjectNames()).toEqual(expect.arrayContaining([...USUAL]));
    expect(await subjectNames()).toEqual(Object.keys(COMMANDS));
  });

  it("prints a table, and the machine above it", async () => {
    const { stdout } = await bench(...tiny, "--scenarios", "read", "--subjects", "bare-ioredis");
    expect(stdout).toContain(`Node ${process.version}, `);
    expect(stdout).toMatch(/^bare-ioredis +\d+\.\d +\d+ +1\.00 +get 1$/m);
  });

  it("refuses unknown subjects and numbers", async () => {
    await expect(bench("--subjects", "unknown")).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("--subjects: unknown is not one of bare-ioredis,"),
    });
    await expect(bench("--rounds", "none")).rejects.toMatchObject({ code: 1 });
  });
});

describe("node-crypto's cookie", () => {
  const keys = {
    authentication: "an authentication key of 32 char",
    encryption: "and an encryption key of 32 char",
  };
  const codec = createCodec([keys]);

  it("is redistore's own cookie, in both directions", () => {
    const id = "an-id-of-letters-and-digits-0123456789";
    expect(codec.decode("session", encodeCookie(keys, "session", id))).toMatchObject({ id });
    expect(decodeCookie(keys, "session", codec.encode("session", id), 60)).toBe(id);
  });

  it("is refused after a change", () => {
    const value = codec.encode("session", "an-id");
    const changed = (value.startsWith("A") ? "B" : "A") + value.slice(1);
    expect(decodeCookie(keys, "session", changed, 60)).toBeUndefined();
    expect(decodeCookie(keys, "other", value, 60)).toBeUndefined();
  });
});
