// Keeps the calls on a response, in their order, while its sessions are stored.
import type { Call } from "./gate-table.ts";
import type { NodeResponse } from "./message.ts";
import { SentFacade } from "./sent-facade.ts";

/** The arguments of any call on a response. */
export type CallArguments = readonly [unknown?, unknown?, unknown?];

interface BufferedCall {
  readonly call: Call;
  readonly args: CallArguments;
}

/** The buffered calls. As long as they wait, the response looks sent. */
export class BufferedResponse {
  /** `end` is among the calls: the response is complete. */
  ended = false;
  /** A `write` returned false, and its writer waits for `drain`. */
  starved = false;
  readonly #res: NodeResponse;
  readonly #calls: BufferedCall[] = [];
  readonly #statusCode: number;
  readonly #statusMessage: string | undefined;
  readonly #facade: SentFacade;

  constructor(res: NodeResponse) {
    this.#res = res;
    // A status that is set from now on would be too late in a response that is not buffered.
    this.#statusCode = res.statusCode;
    this.#statusMessage = Object.hasOwn(res, "statusMessage") ? res.statusMessage : undefined;
    this.#facade = new SentFacade(res);
  }

  add(call: Call, ...args: CallArguments): void {
    if (call === "end" && !this.ended) {
      this.ended = true;
      this.#facade.showEnded();
    }
    if (call === "write" && !this.starved) {
      this.starved = true;
      this.#facade.showNeedDrain();
    }
    this.#calls.push({ call, args });
  }

  /** True if the buffered response is complete and reports `error` itself. */
  reports(error: unknown): boolean {
    return this.ended && reportsError(this.#statusCode, error);
  }

  /** Makes the response look unsent again, with the status it had. */
  restore(): void {
    this.#facade.remove();
    this.#res.statusCode = this.#statusCode;
    if (this.#statusMessage !== undefined) this.#res.statusMessage = this.#statusMessage;
  }

  /** Makes the calls in their order. True if a writer waits for a `drain` that Node will not emit. */
  replay(make: (call: Call, ...args: CallArguments) => unknown): boolean {
    let flowing = true;
    for (const { call, args } of this.#calls) {
      const result = make(call, ...args);
      if (call === "write") flowing = result !== false;
    }
    return this.starved && flowing;
  }

  /** Drops the calls, and gives the error to their callbacks. */
  discard(error: unknown): void {
    this.#facade.remove();
    for (const { args } of this.#calls.splice(0)) callBack(args, error);
  }
}

/**
 * Whether a response with this status already tells the client of `error`, or of a worse one: 5xx, or the error's own status. The page that
 * a framework sends for an error of `session.save()` is one.
 */
export function reportsError(status: number, error: unknown): boolean {
  return status >= 500 || status === (Object(error) as { status?: unknown }).status;
}

/** Calls the callback among the arguments of a call, if there is one, after the call has returned. */
export function callBack(args: CallArguments, error: unknown): void {
  const callback = args.find((each) => typeof each === "function");
  if (callback) process.nextTick(callback, error);
}

/** Throws what Node would throw at this chunk: at the call, and not when it is replayed. */
export function assertChunk(call: Call, chunk: unknown): void {
  if (call !== "write" && call !== "end") return;
  if (typeof chunk === "string" || chunk instanceof Uint8Array) return;
  if (call === "end" && (!chunk || typeof chunk === "function")) return;
  throw Object.assign(
    new TypeError(
      `The "chunk" argument must be a string, a Buffer or a Uint8Array. Received ${chunk === null ? "null" : typeof chunk}`,
    ),
    { code: chunk === null ? "ERR_STREAM_NULL_VALUES" : "ERR_INVALID_ARG_TYPE" },
  );
}
