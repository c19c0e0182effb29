// Starts the Go server of this folder on a free port, and ends it by its process id.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buildGoProgram } from "./go-program.ts";
import type { Place } from "./place.ts";

const program = buildGoProgram("server");

/** Where Go is missing, and tests are to be skipped. */
export const goIsMissing: boolean = "missing" in program;

/** boj/redistore behind HTTP. */
export class GoServer {
  readonly origin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.origin = `http://${address}`;
  }

  /** Resolves when the server takes connections; rejects with what it said when it ends before. */
  static async start({ redisUrl, prefix, cookie, serializer, keys }: Place): Promise<GoServer> {
    if ("missing" in program) throw new Error(program.missing);
    const flags = {
      redis: redisUrl,
      prefix,
      cookie,
      serializer,
      keys: keys.map((key) => key?.toString("base64") ?? "").join(","),
    };
    // Its input stays open for as long as this process lives, and the server ends with it.
    const child = spawn(
      program.path,
      Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`),
    );
    let complaint = "";
    child.once("error", (error) => (complaint += error.message));
    child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    // The line comes after the listening socket.
    const { value: address, done } = await lines.next();
    if (done === true) throw new Error(`the Go server did not start: ${complaint}`);
    return new GoServer(child, address);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }
}
