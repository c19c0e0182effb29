// Tells the developer what no request can be told, as a process warning of the type RedistoreWarning.
import { inspect } from "node:util";
import { onePerProcess } from "./one-per-process.ts";

const TYPE = "RedistoreWarning";

const warned = onePerProcess("warnings/1", new Set<string>());

/** Emits `error` as a process warning: on stderr with its stack, or wherever `process.on("warning")` sends it. */
export function warnOfError(error: unknown): void {
  const message = error instanceof Error ? error.message : "A value that is no error was thrown";
  const code = (error as { code?: unknown } | null | undefined)?.code;
  process.emitWarning(message, {
    type: TYPE,
    ...(typeof code === "string" && { code }),
    detail: inspect(error),
  });
}

/** Emits a warning about the configuration, once in the life of the process. `message` has no values of a request in it. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  process.emitWarning(message, { type: TYPE });
}
