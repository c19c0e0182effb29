// Runs the demo in a process of its own, as a user does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Place } from "../places.js";

const main = fileURLToPath(new URL("../main.js", import.meta.url));

export interface Demo {
  readonly child: ChildProcess;
  /** Everything that it printed so far. */
  readonly output: () => string;
  /** The servers that it printed so far. */
  readonly places: () => Place[];
  /** Resolves when it has printed this; rejects when it ends before. */
  readonly printed: (text: string) => Promise<void>;
  /** How it ended, once it has. */
  readonly ended: Promise<{ code: number | null; output: string }>;
}

/** Ends with the test, if not before. An environment variable of `undefined` is not set. */
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
      const look = (): void => {
        if (text.includes(wanted)) resolve();
      };
      child.stdout.on("data", look);
      void ended.then(() => reject(new Error(`It ended without "${wanted}":\n${text}`)));
      look();
    });
  const places = (): Place[] =>
    Array.from(text.matchAll(/^ {2}(\S+) +(http:\S+)\/$/gm), ([, name = "", origin = ""]) => ({
      name,
      origin,
    }));
  return { child, output: () => text, places, printed, ended };
}
