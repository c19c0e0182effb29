// The demo as a whole: with every kind of store, in its own process.
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { check } from "../check.js";
import { curlLines } from "../curl-lines.js";
import { runDemo } from "./run-demo.ts";

const given = { REDIS_URL: inject("redisUrl"), SESSION_KEYS: undefined, PORT: undefined };
const none = { ...given, REDIS_URL: undefined, REDIS_BIN: "/nowhere/redis-server" };

describe("pnpm demo --check", () => {
  it("passes with the Redis of REDIS_URL, and ends", async () => {
    const demo = runDemo(["--check"], given);
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(demo.output()).toContain(`Redis at ${new URL(given.REDIS_URL).host}`);
    expect(demo.output()).toContain("12 of 12 checks passed");
  });

  it("passes in memory where there is no Redis, and says so", async () => {
    const demo = runDemo(["--check"], none);
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(demo.output()).toContain("Sessions are in the memory of this process (REDIS_BIN is");
  });

  it("fails where REDIS_URL names no Redis, without its password", async () => {
    const env = { ...given, REDIS_URL: "redis://:hush@127.0.0.1:1" };
    const demo = runDemo(["--check"], env);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain("127.0.0.1:1");
    expect(demo.output()).not.toContain("hush");
  });

  it("fails where the server forgets", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    onTestFinished(() => log.mockRestore());
    const forgetful = createServer((_req, res) => res.end('{"visits":1,"basket":{}}'));
    await new Promise<void>((resolve) => forgetful.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void forgetful.close());
    const { port } = forgetful.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    expect(await check([{ name: "Express", origin }])).toBe(false);
    expect(log).toHaveBeenLastCalledWith("0 of 12 checks passed");
  });
});

describe("pnpm demo", () => {
  it("says which port is taken, and starts nothing", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const demo = runDemo(["--port", `${port}`], given);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain(`Port ${port} is taken.`);
    expect(demo.places()).toEqual([]);
  });

  it("takes no port that leaves no room for three", async () => {
    const demo = runDemo(["--port", "65534"], given);
    expect(await demo.ended).toMatchObject({ code: 1 });
    expect(demo.output()).toContain("from 0 (any free ones) to 65533");
  });

  it("ends at Ctrl-C, and its own Redis with it", async () => {
    const demo = runDemo(["--port", "0"], { ...given, REDIS_URL: undefined });
    await demo.printed("/csrf)");
    const port = Number(/Redis of the demo's own at 127.0.0.1:(\d+)/.exec(demo.output())?.[1]);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0 });
    expect(await isOpen(port)).toBe(false);
  });

  it.skipIf(spawnSync("curl", ["--version"]).error)(
    "prints lines for curl that prove it",
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
      expect(stale).toContain("refused   the cookie that came: gone");
      expect(rotated).toContain("key       2 signs, 1 signed the cookie that came");
      expect(rotated).toMatch(/user +Ada\n/);
      expect(logout).toMatch(/visits +1\nuser +nobody\nbasket +empty/);
      expect(ended).toContain("refused   the cookie that came: gone");
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
