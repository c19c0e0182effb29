// Asks Go's own GobSerializer, in the program test/interop/gob.
import { spawnSync } from "node:child_process";
import { buildGoProgram } from "../../../../test/interop/go-program.ts";
import type { Typed } from "./typed-json.ts";

export type Question = { encode: Typed } | { decode: string };

export interface Answer {
  b64?: string;
  values?: Typed;
  error?: string;
}

const program = buildGoProgram("gob");

/** Where Go is missing, and tests are to be skipped. */
export const goIsMissing: boolean = "missing" in program;

/** One process answers all questions, in their order. */
export function askGo(questions: readonly Question[]): Answer[] {
  if (!("path" in program)) throw new Error(program.missing);
  const input = questions.map((question) => JSON.stringify(question)).join("\n");
  const { stdout, stderr, status } = spawnSync(program.path, {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`the Go program failed: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}
