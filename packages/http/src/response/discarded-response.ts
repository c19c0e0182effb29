// Discards writes to a response that was replaced by an error, with back-pressure, until the writer stops.
import { callBack, type CallArguments } from "./buffered-response.ts";
import { emitDrain } from "./drain.ts";
import { isDisconnected, type NodeResponse } from "./message.ts";
import { resetHeaders } from "./reset-headers.ts";

/** A response that cannot be sent, or not to its end. */
export class DiscardedResponse {
  /** Why. */
  readonly error: unknown;
  /** The framework sends the error response. */
  takenOver = false;
  readonly #res: NodeResponse;
  #closed: boolean;
  #draining = false;

  constructor(res: NodeResponse, error: unknown) {
    this.#res = res;
    this.error = error;
    this.#closed = isDisconnected(res);
    res.once("close", () => {
      this.#closed = true;
    });
  }

  /** Discards a response of which nothing has been sent: its headers are reset, and an error response can follow. */
  static of(res: NodeResponse, error: unknown): DiscardedResponse {
    const discarded = new DiscardedResponse(res, error);
    resetHeaders(res);
    return discarded;
  }

  discard(args: CallArguments): void {
    callBack(args, this.error);
    this.drain();
  }

  /** Emits `drain` in a later turn of the event loop: a writer that goes on at once would block it. */
  drain(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    setImmediate(() => {
      this.#draining = false;
      if (!this.#closed) emitDrain(this.#res);
    });
  }
}

/** Whether a response has a status or a field that `resetHeaders` would have taken: its next part is on the way. */
export function describesResponse(res: NodeResponse): boolean {
  return res.statusCode !== 200 || res.hasHeader("content-type") || res.hasHeader("content-length");
}
