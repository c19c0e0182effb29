// A command of ioredis' whose bytes are put together in one piece: ioredis' own way to a command with Buffers takes twice as long.
import { Command } from "ioredis";

/** Replies with Buffers. */
export function binaryCommand(name: string, args: readonly (string | Buffer)[]): Command {
  const command = new Command(name);
  // Not by the constructor, which flattens them: that takes as long as all the rest of it.
  command.args = [...args];
  command.toWritable = writable;
  return command;
}

/** An array of bulk strings (RESP, "Sending commands to a Redis server"); text where all of it is ASCII. */
function writable(this: Command): string | Buffer {
  const args = this.args as (string | Buffer)[];
  let bytes = `*${args.length + 1}\r\n$${this.name.length}\r\n${this.name}\r\n`;
  let isText = true;
  for (const arg of args) {
    const binary = asBinary(arg);
    isText &&= binary === arg;
    bytes += `$${binary.length}\r\n${binary}\r\n`;
  }
  return isText ? bytes : Buffer.from(bytes, "latin1");
}

/** A string with one character for each byte. */
function asBinary(arg: string | Buffer): string {
  if (typeof arg !== "string") return arg.toString("latin1");
  return Buffer.byteLength(arg) === arg.length ? arg : Buffer.from(arg).toString("latin1");
}
