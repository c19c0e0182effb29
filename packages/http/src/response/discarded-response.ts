// Discards writes to a response that was replaced by an error, with back-pressure, until the writer stops.
import { callBack, type CallArguments } from "./buffered-response.ts";
import { emitDrain } from "./drain.ts";
import { resetHeaders } from "./error-response.ts";
import { isDisconnected, type NodeResponse } from "./message.ts";

/** RFC 9113, section 7 */
const HTTP2_INTERNAL_ERROR = 0x02;

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

/** Whether a status or a field was set after `resetHeaders`: by the framework, for its error response. */
export function describesResponse(res: NodeResponse): boolean {
  return res.statusCode !== 200 || res.hasHeader("content-type") || res.hasHeader("content-length");
}

/** Destroys the connection of a response, or its stream in HTTP/2. */
export function destroyConnection(res: NodeResponse): void {
  if (res.stream) res.stream.close(HTTP2_INTERNAL_ERROR);
  else res.destroy();
}
