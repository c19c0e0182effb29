// Where an error goes that no framework takes.
import { inspect } from "node:util";

/** Emits a process warning: on stderr with its stack, or wherever `process.on("warning")` sends it. */
export function warn(error: unknown): void {
  const message = error instanceof Error ? error.message : "A value that is no error was thrown";
  const code = (error as { code?: unknown } | null | undefined)?.code;
  process.emitWarning(message, {
    type: "RedistoreWarning",
    ...(typeof code === "string" && { code }),
    detail: inspect(error),
  });
}
