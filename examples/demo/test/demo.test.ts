// The whole demo in a process of its own, with each kind of store.
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { check } from "../check/check.js";
import { curlLines } from "../curl-lines.js";
import { runDemo } from "./run-demo.ts";

const given = { REDIS_URL: inject("redisUrl"), SESSION_KEYS: undefined, PORT: undefined };
const none = { ...given, REDIS_URL: undefined, REDIS_BIN: "/nowhere/redis-server" };

describe("pnpm demo --check", () => {
  it("passes with the Redis of REDIS_URL, and ends", async () => {
    const demo = runDemo(["--check"], given);
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(demo.output()).toContain(`Redis at ${new URL(given.REDIS_URL).host}`);
    expect(demo.output()).toContain("18 of 19 checks passed, 1 skipped");
  });

  it("passes with a Redis of the demo's own, which it stops for ten seconds", async () => {
    const demo = runDemo(["--check"], { ...given, REDIS_URL: undefined });
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(demo.output()).toContain("19 of 19 checks passed");
  });

  it("passes in memory if there is no Redis, and prints that it does", async () => {
    const demo = runDemo(["--check"], none);
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(demo.output()).toContain("Sessions are in the memory of this process (REDIS_BIN is");
    expect(demo.output()).toContain("16 of 19 checks passed, 3 skipped");
  });

  it("fails if no Redis is at REDIS_URL, and does not print its password", async () => {
    const env = { ...given, REDIS_URL: "redis://:hush@127.0.0.1:1" };
    const demo = runDemo(["--check"], env);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain("127.0.0.1:1");
    expect(demo.output()).not.toContain("hush");
  });

  it("fails if the server keeps no session", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const sessionless = createServer((_req, res) => res.end('{"visits":1,"basket":{}}'));
    await new Promise<void>((resolve) => sessionless.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void sessionless.close());
    const { port } = sessionless.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    expect(await check([{ name: "Express", origin }])).toBe(false);
    expect(log).toHaveBeenLastCalledWith("0 of 19 checks passed");
  });
});

describe("pnpm demo", () => {
  it("prints which port is taken, and starts no server", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const demo = runDemo(["--port", `${port}`], given);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain(`Port ${port} is taken.`);
    expect(demo.places()).toEqual([]);
  });

  it("refuses a port that is too high for three servers", async () => {
    const demo = runDemo(["--port", "65534"], given);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain("from 0 (any free ones) to 65533");
  });

  it("ends at Ctrl-C, and stops the Redis that it started", async () => {
    const demo = runDemo(["--port", "0"], { ...given, REDIS_URL: undefined });
    await demo.printed("/csrf)");
    const port = Number(/Redis of the demo's own at 127.0.0.1:(\d+)/.exec(demo.output())?.[1]);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(await isOpen(port)).toBe(false);
  });

  it.skipIf(spawnSync("curl", ["--version"]).error)(
    "prints curl commands that show its features",
    async () => {
      const demo = runDemo(["--port", "0"], given);
      await demo.printed("/csrf)");
      const lines = curlLines(demo.places());
      await demo.printed(lines.at(-1) ?? "");
      for (const line of lines) expect(demo.output()).toContain(line);
      const cwd = await mkdtemp(join(tmpdir(), "redistore-demo-"));
      onTestFinished(() => rm(cwd, { recursive: true }));
      const { stdout } = await promisify(execFile)("sh", ["-ec", lines.join("\necho --\n")], {
        cwd,
      });
      const [, first, second, added, login, third, stale, rotated, logout, ended] =
        stdout.split("--\n");
      expect(first).toMatch(/server +Express\nvisits +1\n/);
      expect(second).toMatch(/server +Koa\nvisits +2\n/);
      expect(added).toContain("1 Tea");
      expect(login).toMatch(/user +Ada\nbasket +1 Tea/);
      expect(sessionOf(login)).not.toBe(sessionOf(added));
      expect(third).toMatch(/server +node:http\nvisits +\d+\nuser +Ada\n/);
      expect(stale).toContain("refused   your cookie: gone");
      expect(rotated).toContain("key       2 signs, 1 signed your cookie");
      expect(rotated).toMatch(/user +Ada\n/);
      expect(logout).toMatch(/visits +1\nuser +not logged in\nbasket +empty/);
      expect(ended).toContain("refused   your cookie: gone");
    },
  );
});

function sessionOf(text: string | undefined): string | undefined {
  return /^session +(\S+)$/m.exec(text ?? "")?.[1];
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.once("error", () => resolve(false)).once("close", () => socket.destroy());
    onTestFinished(() => void socket.destroy());
  });
}
