// Keeps session ids, data and passwords out of what client libraries, their debug output and their instrumentations show of a command.
import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import type { Redis } from "ioredis";
import type { Command } from "./transport.ts";

/** What is shown in place of the bytes. */
const SHOWN = "?";

/** Bytes for a client library, which sends them. A log or a span shows "?". */
class ConcealedBytes extends Uint8Array<ArrayBufferLike> {
  override toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}
// Client libraries ask for a Buffer, and a class cannot extend that.
Object.setPrototypeOf(ConcealedBytes.prototype, Buffer.prototype);

// ioredis 6 publishes `String(argument)` of every argument of EVALSHA on these channels.
const CHANNELS = ["ioredis:command", "ioredis:batch"].map((name) => tracingChannel(name));

/** Whether ioredis may write every command to stderr, as with DEBUG=ioredis:*. It reads the variable once, too. */
const MAY_DEBUG = (process.env["DEBUG"] ?? "") !== "";

/**
 * Whether the commands that this client sends are shown anywhere: in debug output, to subscribers of its channels, or to an instrumentation.
 * To conceal the arguments of all commands would cost a tenth of the CPU of a load.
 */
export function isObserved(client: Redis): boolean {
  return (
    MAY_DEBUG ||
    CHANNELS.some((channel) => channel.hasSubscribers) ||
    isReplaced(client, "sendCommand")
  );
}

/** True if an instrumentation has put a function in the place of the method. JavaScript shows a method with its name first. */
function isReplaced(client: Redis, method: "sendCommand"): boolean {
  const text = Function.prototype.toString.call(Reflect.get(client, method));
  return !text.startsWith(`${method}(`);
}

/** The command with concealed arguments. */
export function concealArguments(command: Command): Command {
  const { name, args } = command;
  // A script and its number of keys are no secret, and an ioredis Cluster reads that number to find the node.
  const shown = name === "evalsha" || name === "eval" ? 2 : 0;
  return { ...command, args: args.map((arg, at) => (at < shown ? arg : conceal(arg))) };
}

/**
 * The password for the options of ioredis, which puts the arguments of AUTH on the error that it publishes if Redis refuses them. Its
 * commands accept a Buffer where the type of the option says string.
 */
export function concealPassword(password: string): string {
  return conceal(password) as unknown as string;
}

function conceal(argument: string | Buffer): Buffer {
  const { buffer, byteOffset, length } =
    typeof argument === "string" ? Buffer.from(argument) : argument;
  const concealed: Uint8Array = new ConcealedBytes(buffer, byteOffset, length);
  return concealed as Buffer;
}
