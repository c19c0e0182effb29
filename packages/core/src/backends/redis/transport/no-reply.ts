// The errors for commands that got no reply. Each says what happened, and whether a write may have been done.
import { StoreUnavailableError } from "../../../errors.ts";
import { refusal, ServerError } from "./server-error.ts";
import type { Command } from "./transport.ts";

const MEND =
  "The time limit is set by withOperationTimeout. A Redis that is slow now and then is often swapping, forking or running a slow command (see SLOWLOG).";

/** The command was sent, and its deadline passed. */
export function timedOut(command: Command, address: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `Redis at ${address} did not reply in time${uncertainty(command)}. ${MEND}`,
    { outcome: outcomeOf(command) },
  );
}

/** The command was sent, and the connection broke before the reply. */
export function connectionLost(
  command: Command,
  address: string,
  cause: unknown,
): StoreUnavailableError {
  return new StoreUnavailableError(
    `The connection to Redis at ${address} broke before the reply came${uncertainty(command)}.`,
    { cause: withoutCommand(cause), outcome: outcomeOf(command) },
  );
}

/** The command was not sent: there is no connection, and none could be opened in time. */
export function unreachable(address: string, cause: unknown): StoreUnavailableError {
  if (cause instanceof ServerError)
    return new StoreUnavailableError(refusal(cause, address), { cause });
  const reason =
    cause instanceof Error && cause.message !== "" ? `: ${cause.message.replace(/\.+$/, "")}` : "";
  return new StoreUnavailableError(`Redis at ${address} cannot be reached${reason}.`, { cause });
}

/** The command was not sent: earlier steps of the same operation had used up its time. */
export function tooLate(address: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `The operation ran out of time before a command could be sent to Redis at ${address}. ${MEND}`,
  );
}

function outcomeOf(command: Command): "none" | "unknown" {
  return command.write ? "unknown" : "none";
}

function uncertainty(command: Command): string {
  return command.write ? "; the write may or may not have been done" : "";
}

/** ioredis puts the command, with session ids and data, on some of its errors. These must not reach a log. */
function withoutCommand(error: unknown): unknown {
  if (!(error instanceof Error) || !("command" in error)) return error;
  return Object.assign(new Error(error.message), "code" in error ? { code: error.code } : {});
}
