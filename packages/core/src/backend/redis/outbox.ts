// What goes to one socket in one turn of the event loop goes in one write: the system call costs more than the command.
import type { Writable } from "node:stream";

/** Lets what is written to a stream wait until the requests that came in together have all been looked at. */
export class Outbox {
  readonly #stream: Writable;
  #open = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** To be called before each write. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#stream.cork();
    setImmediate(() => {
      this.#open = false;
      this.#stream.uncork();
    });
  }
}
