// Keeps session ids, data and passwords out of the tracing channels and the debug output of client libraries.
import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import type { Command } from "./transport.ts";

// ioredis 6 and node-redis 6 publish `String(argument)` of every argument of EVALSHA on these channels.
const CHANNELS = ["ioredis:command", "ioredis:batch", "node-redis:command"].map((name) =>
  tracingChannel(name),
);

/** Whether ioredis may write every command to stderr, as with DEBUG=ioredis:*. It reads the variable once, too. */
const MAY_DEBUG = (process.env["DEBUG"] ?? "") !== "";

/** While such a channel has subscribers, or while DEBUG is set: the same command with arguments whose text is "?". */
export function concealArguments(command: Command): Command {
  return MAY_DEBUG || CHANNELS.some((channel) => channel.hasSubscribers)
    ? { ...command, args: command.args.map(conceal) }
    : command;
}

/**
 * The password for the options of ioredis, which puts the arguments of AUTH on the error that it publishes if Redis refuses them. Its
 * commands accept a Buffer where the type of the option says string.
 */
export function concealPassword(password: string): string {
  return conceal(password) as unknown as string;
}

/** Libraries send the bytes of a Buffer, and show the result of its `toString` or of `inspect`. */
function conceal(argument: string | Buffer): Buffer {
  const shown = { value: () => "?" };
  return Object.defineProperties(Buffer.from(argument), {
    toString: shown,
    [inspect.custom]: shown,
  });
}
