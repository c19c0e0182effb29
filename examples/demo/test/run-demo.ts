// Runs the demo in a process of its own, as a user does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Place } from "../places.js";

const main = fileURLToPath(new URL("../main.js", import.meta.url));

export interface Demo {
  readonly child: ChildProcess;
  /** The output so far. */
  readonly output: () => string;
  /** The servers in the output so far. */
  readonly places: () => Place[];
  /** Resolves when the output contains `text`; rejects if the demo ends before. */
  readonly printed: (text: string) => Promise<void>;
  /** Resolves when the demo has ended. */
  readonly ended: Promise<{ code: number | null; output: string }>;
}

/** Starts the demo; it is killed when the test ends. A variable of `env` that is `undefined` is not set. */
export function runDemo(args: string[], env: Record<string, string | undefined>): Demo {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  const ended = once(child, "close").then(([code]) => ({
    code: code as number | null,
    output: text,
  }));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  }
  const printed = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const checkOutput = (): void => {
        if (text.includes(wanted)) resolve();
      };
      child.stdout.on("data", checkOutput);
      void ended.then(() =>
        reject(new Error(`The demo ended without printing "${wanted}":\n${text}`)),
      );
      checkOutput();
    });
  const places = (): Place[] =>
    Array.from(text.matchAll(/^ {2}(\S+) +(http:\S+)\/$/gm), ([, name = "", origin = ""]) => ({
      name,
      origin,
    }));
  return { child, output: () => text, places, printed, ended };
}
