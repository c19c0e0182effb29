// A command of ioredis' whose bytes are put together in one piece: ioredis' own way to a command with Buffers takes twice as long.
import { Command } from "ioredis";

/** Replies with Buffers. For a socket whose writes are gathered (gather-writes.ts), which takes characters as the bytes that they are. */
export function binaryCommand(name: string, args: readonly (string | Buffer)[]): Command {
  const command = new Command(name);
  // Not by the constructor, which flattens them: that takes as long as all the rest of it.
  command.args = [...args];
  command.toWritable = writable;
  return command;
}

/** An array of bulk strings (RESP, "Sending commands to a Redis server"), with one character for each byte. */
function writable(this: Command): string {
  const args = this.args as (string | Buffer)[];
  let bytes = `*${args.length + 1}\r\n$${this.name.length}\r\n${this.name}\r\n`;
  for (const arg of args) {
    const binary = asBinary(arg);
    bytes += `$${binary.length}\r\n${binary}\r\n`;
  }
  return bytes;
}

/** A string with one character for each byte. */
function asBinary(arg: string | Buffer): string {
  if (typeof arg !== "string") return arg.toString("latin1");
  return Buffer.byteLength(arg) === arg.length ? arg : Buffer.from(arg).toString("latin1");
}
