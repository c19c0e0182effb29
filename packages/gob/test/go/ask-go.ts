// Runs Go's own GobSerializer, in the program test/interop/gob.
import { spawnSync } from "node:child_process";
import { buildGoProgram } from "../../../../test/interop/go-program.ts";
import type { Typed } from "./typed-json.ts";

export type GoRequest = { encode: Typed } | { decode: string };

export interface GoResult {
  /** The bytes that Go wrote, in base64. */
  b64?: string;
  /** The session that Go read from the bytes. */
  values?: Typed;
  /** Go's error. */
  error?: string;
}

/** Go's decoder allocates what the bytes claim, so a few bytes can exhaust the machine. Its runtime alone reserves 700 MiB of addresses. */
const MEMORY_LIMIT = 2 * 2 ** 30;
const TIME_LIMIT_MS = 20_000;

const program = buildGoProgram("gob");

/** True if Go is not installed, and tests with it are to be skipped. */
export const goIsMissing: boolean = "missing" in program;

/** Sends all requests to one process, which is fast. Only for well-formed input: if the process dies, there are no results. */
export function askGo(requests: readonly GoRequest[]): GoResult[] {
  const { results, death } = runGo(requests);
  if (death !== undefined)
    throw new Error(`after ${results.length} of ${requests.length} results ${death}`);
  return results;
}

/** Decodes possibly malformed bytes in a process of their own. If it dies, the result is `died`, and nothing else is affected. */
export function decodeAlone(
  bytes: Uint8Array,
  memoryLimit: number = MEMORY_LIMIT,
): GoResult | { readonly died: string } {
  const decode = Buffer.from(bytes).toString("base64");
  const { results, death } = runGo([{ decode }], memoryLimit);
  return death === undefined ? (results[0] as GoResult) : { died: death };
}

interface Run {
  readonly results: GoResult[];
  /** Why the process did not end as it should. */
  readonly death?: string;
}

function runGo(requests: readonly GoRequest[], memoryLimit?: number): Run {
  if (!("path" in program)) throw new Error(program.missing);
  const limit = memoryLimit === undefined ? "unlimited" : String(Math.floor(memoryLimit / 1024));
  // The shell sets the limit, in KiB of address space, and becomes the Go program.
  const run = spawnSync("sh", ["-c", 'ulimit -v "$1" && exec "$2"', "sh", limit, program.path], {
    input: requests.map((request) => JSON.stringify(request)).join("\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const lines = run.stdout.split("\n").slice(0, -1);
  const results = lines.map((line) => JSON.parse(line) as GoResult);
  if (run.status === 0 && results.length === requests.length) return { results };
  const cause = run.error?.message ?? (run.signal || `exit code ${run.status}`);
  // A dying Go program prints the reason first, then all its goroutines.
  const reason = run.stderr.trim().split("\n").slice(0, 2).join(" ");
  return { results, death: `the Go program died (${cause}): ${reason || "it printed no reason"}` };
}
