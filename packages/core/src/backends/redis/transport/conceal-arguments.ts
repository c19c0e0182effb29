// Keeps session ids, data and passwords out of the tracing channels of client libraries.
import { tracingChannel } from "node:diagnostics_channel";
import type { Command } from "./transport.ts";

// ioredis 6 and node-redis 6 publish `String(argument)` of every argument of EVALSHA on these channels.
const CHANNELS = ["ioredis:command", "ioredis:batch", "node-redis:command"].map((name) =>
  tracingChannel(name),
);

/** While such a channel has subscribers: the same command with arguments whose text is "?". */
export function concealArguments(command: Command): Command {
  return CHANNELS.some((channel) => channel.hasSubscribers)
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

/** Libraries send the bytes of a Buffer, and trace the result of its `toString`. */
function conceal(argument: string | Buffer): Buffer {
  return Object.defineProperty(Buffer.from(argument), "toString", { value: () => "?" });
}
