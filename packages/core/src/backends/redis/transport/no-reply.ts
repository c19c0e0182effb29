// The errors for commands that Redis did not answer: each says what happened, and whether a write may have been done.
import { StoreUnavailableError } from "../../../errors.ts";
import type { Command } from "./transport.ts";
import { refusal, ServerError } from "./server-error.ts";

const MEND =
  "The time limit is withOperationTimeout; a Redis that is slow now and then is often swapping, forking or running a slow command (SLOWLOG).";

/** It was sent, and its deadline passed. */
export function timedOut(command: Command, where: string): StoreUnavailableError {
  const outcome = command.write ? "unknown" : "none";
  return new StoreUnavailableError(
    `Redis at ${where} did not answer in time${doubt(command)}. ${MEND}`,
    { outcome },
  );
}

/** It was sent, and the connection broke before the reply. */
export function connectionLost(
  command: Command,
  where: string,
  cause: unknown,
): StoreUnavailableError {
  const outcome = command.write ? "unknown" : "none";
  // ioredis hangs the command on some of its errors: session ids and data, which belong in no log.
  if (cause instanceof Error) Reflect.deleteProperty(cause, "command");
  return new StoreUnavailableError(
    `The connection to Redis at ${where} broke before the answer came${doubt(command)}.`,
    {
      cause,
      outcome,
    },
  );
}

/** It was never sent: there is no connection, and none could be had in time. */
export function unreachable(where: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof ServerError)
    return new StoreUnavailableError(refusal(cause, where), { cause });
  const why =
    cause instanceof Error && cause.message !== "" ? `: ${cause.message.replace(/\.+$/, "")}` : "";
  return new StoreUnavailableError(`Redis at ${where} cannot be reached${why}.`, { cause });
}

/** It was never sent: its deadline had passed before, spent by earlier steps of the same operation. */
export function tooLate(where: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `The operation ran out of time before a command could be sent to Redis at ${where}. ${MEND}`,
  );
}

function doubt(command: Command): string {
  return command.write ? "; the write may have been done or not" : "";
}
