// Starts the Go server of this folder on a free port, and stops it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buildGoProgram } from "./go-program.ts";
import type { SharedSettings } from "./shared-settings.ts";

const program = buildGoProgram("server");

/** True if Go is missing; tests are skipped then. */
export const goIsMissing: boolean = "missing" in program;

/** A Go process that serves boj/redistore sessions over HTTP. */
export class GoServer {
  readonly origin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.origin = `http://${address}`;
  }

  /** Resolves when the server accepts connections. Rejects with its error output if it exits before that. */
  static async start({
    redisUrl,
    prefix,
    cookie,
    serializer,
    keys,
  }: SharedSettings): Promise<GoServer> {
    if ("missing" in program) throw new Error(program.missing);
    const flags = {
      redis: redisUrl,
      prefix,
      cookie,
      serializer,
      keys: keys.map((key) => key?.toString("base64") ?? "").join(","),
    };
    // The server exits when its standard input closes, at the latest when this process ends.
    const child = spawn(
      program.path,
      Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`),
    );
    let errorOutput = "";
    child.once("error", (error) => (errorOutput += error.message));
    child.stderr.on("data", (chunk: Buffer) => (errorOutput += chunk.toString()));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    // The server prints its address once it listens.
    const { value: address, done } = await lines.next();
    if (done === true) throw new Error(`the Go server did not start: ${errorOutput}`);
    return new GoServer(child, address);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
