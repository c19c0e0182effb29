// What goes to one socket in one turn of the event loop goes in one write: the system call costs more than the command.
import type { Writable } from "node:stream";

type Write = (...args: readonly unknown[]) => boolean;

/**
 * Has what a client library writes to its socket wait until the requests that came in together have all been looked at. Strings have one
 * character for each byte, as `binaryCommand` makes them; what the library writes by itself is ASCII.
 */
export function gatherWrites(stream: Writable): void {
  const write: Write = stream.write.bind(stream) as Write;
  let gathered = "";

  const flush = (): void => {
    if (gathered === "") return;
    const bytes = gathered;
    gathered = "";
    // Where the connection has ended meanwhile, those who wait for the commands in it have been told so.
    if (stream.writable) write(bytes, "latin1");
  };

  stream.write = (...args: readonly unknown[]): boolean => {
    const [bytes, ...others] = args;
    if (typeof bytes !== "string" || others.length > 0) {
      flush(); // What is not gathered keeps its place in the order.
      return write(...args);
    }
    if (gathered === "") setImmediate(flush);
    gathered += bytes;
    return true;
  };
}
