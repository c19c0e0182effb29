// Starts a Redis server on a free port in a temporary folder, and can stop, kill, pause and restart it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedis } from "./find-redis.mjs";

/**
 * @typedef {object} StartOptions
 * @property {number} [port] default: a free port
 * @property {readonly string[]} [args] further options of redis-server
 * @property {boolean} [unixsocket] listen on a socket file too
 * @property {string} [sentinel] the configuration of a sentinel; starts a sentinel instead of a server
 */

/** @type {Set<RedisServer>} */
const running = new Set();
// A test run that is interrupted must not leave servers behind.
process.on("exit", () => {
  for (const server of running) server.discard();
});

/**
 * Resolves when the server accepts connections.
 *
 * @param {StartOptions} [options]
 * @returns {Promise<RedisServer>}
 */
export async function startRedis(options = {}) {
  const binary = await findRedis();
  for (let attempt = 1; ; attempt++) {
    const server = new RedisServer(binary, options.port ?? (await freePort()), options);
    try {
      await server.start();
      return server;
    } catch (error) {
      server.discard();
      // Another process took the port after it was found free.
      if (options.port !== undefined || attempt === 5 || !String(error).includes("in use"))
        throw error;
    }
  }
}

/** One redis-server process at a time, always on the same port and in the same folder. */
export class RedisServer {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #child;
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #watcher;
  #binary;
  #args;
  #folder = mkdtempSync(join(tmpdir(), "redistore-redis-"));

  /**
   * @param {import("./find-redis.mjs").RedisBinary} binary
   * @param {number} port
   * @param {StartOptions} options
   */
  constructor(binary, port, options) {
    this.#binary = binary;
    this.port = port;
    this.host = "127.0.0.1";
    this.url = `redis://127.0.0.1:${port}`;
    this.unixsocket = options.unixsocket ? join(this.#folder, "redis.sock") : undefined;
    this.folder = this.#folder;
    const role =
      options.sentinel === undefined
        ? ["--save", "", "--appendonly", "no"]
        : [this.#write("sentinel.conf", options.sentinel), "--sentinel"];
    const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", this.#folder];
    const socket = this.unixsocket ? ["--unixsocket", this.unixsocket] : [];
    // A configuration file has to come first.
    this.#args = [...role, ...place, ...socket, ...(options.args ?? [])];
  }

  /** The id of the running process. */
  get pid() {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("This Redis is not running.");
    return pid;
  }

  /** Resolves when the server accepts connections. Rejects with its output if it exits before that. */
  async start() {
    const child = spawn(this.#binary.path, this.#args, {
      env: this.#binary.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#watcher = watchOver(child, this.#folder);
    running.add(this);
    let output = "";
    await /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        /** @param {Buffer} chunk */
        const read = (chunk) => {
          output += chunk;
          if (/Ready to accept connections|Sentinel ID is/.test(output)) resolve();
        };
        child.stdout.on("data", read);
        child.stderr.on("data", read);
        child.once("error", reject);
        child.once("exit", () => reject(new Error(`redis-server did not start:\n${output}`)));
      })
    );
    child.removeAllListeners("exit");
    for (const stream of [child.stdout, child.stderr]) {
      stream.removeAllListeners("data").resume();
      unref(stream);
    }
    // The server must not keep this process alive.
    child.unref();
  }

  /** Sends SIGKILL, as in a crash: connections are reset. Resolves when the process has exited. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Sends SIGSTOP, as on a frozen machine: connections stay open, but get no reply. */
  pause() {
    process.kill(this.pid, "SIGSTOP");
  }

  /** Sends SIGCONT. The server first replies to the commands sent while it was paused. */
  resume() {
    process.kill(this.pid, "SIGCONT");
  }

  /** Kills the server and starts a new, empty one on the same port. */
  async restart() {
    await this.kill();
    await this.start();
  }

  /** Stops the server and removes its folder. */
  async stop() {
    await this.kill();
    this.discard();
  }

  /** Does the same as `stop`, synchronously, for exit handlers. */
  discard() {
    this.#watcher?.kill("SIGKILL");
    this.#child?.kill("SIGKILL");
    running.delete(this);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #write(name, text) {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#child;
    this.#child = undefined;
    this.#watcher?.kill("SIGKILL");
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.ref();
    child.kill(signal);
    await ended;
  }
}

/**
 * Kills a server and removes its folder if this process is killed. The pipe to the watcher closes then, which ends its `read`.
 *
 * @param {import("node:child_process").ChildProcess} server
 * @param {string} folder
 */
function watchOver(server, folder) {
  if (server.pid === undefined) return undefined;
  const watcher = spawn(
    "sh",
    ["-c", 'read -r _; kill -9 "$1"; rm -rf "$2"', "sh", String(server.pid), folder],
    {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    },
  );
  watcher.on("error", () => undefined);
  watcher.unref();
  unref(watcher.stdin);
  return watcher;
}

/**
 * Stops a pipe from keeping this process alive. The pipes to a child process are sockets.
 *
 * @param {import("node:stream").Stream} pipe
 */
function unref(pipe) {
  /** @type {import("node:net").Socket} */ (pipe).unref();
}

/**
 * A free port whose cluster bus port (10,000 above) is free too. It is below the range of outgoing connections, because one of those could
 * take the port while a server restarts.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 2_700);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
