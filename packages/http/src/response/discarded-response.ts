// What becomes of an answer that was dropped while somebody still writes it: it goes nowhere, at a walking pace.
import { answerError } from "./error-response.ts";
import { emitDrain } from "./drain.ts";
import { callBack, type HeldCall } from "./buffered-response.ts";
import type { Response } from "./message.ts";
import { retract } from "./reset-headers.ts";

/** RFC 9113, section 7 */
const HTTP2_INTERNAL_ERROR = 0x02;

/** Takes what still comes and tells its producers, so that nothing grows and nobody waits for ever. */
export class DroppedAnswer {
  readonly error: unknown;
  /** Somebody else answers the error. */
  takenOver = false;
  readonly #res: Response;
  /** What comes belongs to the error answer. */
  #answering = false;
  /** The error answer has ended. */
  #answered = false;
  #closed: boolean;
  #draining = false;

  private constructor(res: Response, error: unknown) {
    this.#res = res;
    this.error = error;
    this.#closed = isGone(res);
    res.once("close", () => {
      this.#closed = true;
    });
  }

  /** Nothing has left: the response can carry another answer, and nothing of this one is in its header. */
  static before(res: Response, error: unknown): DroppedAnswer {
    const dropped = new DroppedAnswer(res, error);
    retract(res);
    return dropped;
  }

  /** Something has left, and the rest cannot come: the client must not take it for all there is. */
  static inTheMiddle(res: Response, error: unknown): DroppedAnswer {
    const dropped = new DroppedAnswer(res, error);
    dropped.endAnswer();
    if (res.stream) res.stream.close(HTTP2_INTERNAL_ERROR);
    else res.destroy();
    return dropped;
  }

  /** From now on calls are the error answer's. */
  beginAnswer(): void {
    this.#answering = true;
  }

  /** The error answer will come, but until then somebody may still write the dropped one. */
  awaitAnswer(): void {
    this.#answering = false;
  }

  /** From now on none is. */
  endAnswer(): void {
    this.#answered = true;
  }

  /** Gives a plain answer to the error. */
  answer(): void {
    this.beginAnswer();
    answerError(this.#res, this.error);
  }

  /** Whether a call still belongs to the dropped answer. Who answers the error has given a status or a field of its own before. */
  owns(): boolean {
    if (this.#answered) return true;
    const res = this.#res;
    this.#answering ||=
      res.statusCode !== 200 || res.hasHeader("content-type") || res.hasHeader("content-length");
    return !this.#answering;
  }

  /** Takes a call that does. */
  swallow(args: HeldCall["args"]): false {
    callBack(args, this.error);
    this.drain();
    return false;
  }

  /** Not at once: a producer that writes until it is told to wait would never give the turn back. */
  drain(): void {
    if (this.#draining || this.#closed) return;
    this.#draining = true;
    setImmediate(() => {
      this.#draining = false;
      if (!this.#closed) emitDrain(this.#res);
    });
  }
}

/** Whether nobody can be reached through this response any more. */
export function isGone(res: Response): boolean {
  return res.destroyed === true || res.closed === true || res.stream?.destroyed === true;
}
