// The calls that wait while a session is stored, in their order.
import { Appearance } from "./sent-facade.ts";
import type { Doors, Response } from "./message.ts";

/** One call through one of the doors. */
export interface HeldCall {
  readonly door: keyof Doors;
  readonly args: readonly [unknown?, unknown?, unknown?];
}

/** Holds an answer back and makes the response look as if it had left. */
export class HeldAnswer {
  readonly calls: HeldCall[] = [];
  /** An `end` is among the calls: the answer is complete. */
  ended = false;
  /** A `write` was told to wait for `drain`. */
  starved = false;
  readonly #res: Response;
  readonly #statusCode: number;
  readonly #statusMessage: string | undefined;
  readonly #appearance: Appearance;

  constructor(res: Response) {
    this.#res = res;
    // What is set on the response from now on comes too late for the header, as it would have without us.
    this.#statusCode = res.statusCode;
    this.#statusMessage = Object.hasOwn(res, "statusMessage") ? res.statusMessage : undefined;
    this.#appearance = new Appearance(res);
  }

  /** False, as `write` gives it to a producer that has to wait. */
  add(door: HeldCall["door"], ...args: HeldCall["args"]): false {
    if (door === "write" || door === "end") refuseNoChunk(door, args[0]);
    if (door === "end" && !this.ended) {
      this.ended = true;
      this.#appearance.showEnded();
    }
    if (door === "write" && !this.starved) {
      this.starved = true;
      this.#appearance.showStarved();
    }
    this.calls.push({ door, args });
    return false;
  }

  /**
   * Whether the answer is whole and an error itself, so that the client need not be told of `error`. A framework's page for an error that
   * `session.save()` threw is one: dropped, it would give way to another page for the same error.
   */
  says(error: unknown): boolean {
    const { status } = Object(error) as { status?: unknown };
    return this.ended && (this.#statusCode >= 500 || this.#statusCode === status);
  }

  /** Makes the response look as it is; the calls can be repeated then. */
  lift(): void {
    this.#appearance.drop();
    this.#res.statusCode = this.#statusCode;
    if (this.#statusMessage !== undefined) this.#res.statusMessage = this.#statusMessage;
  }

  /** Makes the calls. True where `drain` has to be emitted: a producer waits for it, and Node does not owe it. */
  repeat(doors: Doors): boolean {
    let flowing = true;
    for (const { door, args } of this.calls) {
      const [a, b, c] = args;
      const result = (doors[door] as (...args: HeldCall["args"]) => unknown).call(doors, a, b, c);
      if (door === "write") flowing = result !== false;
    }
    return this.starved && flowing;
  }

  /** Forgets the calls; who waits for one is told. */
  drop(error: unknown): void {
    this.#appearance.drop();
    for (const { args } of this.calls.splice(0)) callBack(args, error);
  }
}

/** Calls the callback among the arguments of a call, if there is one, and not before the call has returned. */
export function callBack(args: HeldCall["args"], error: unknown): void {
  const callback = args.find((each) => typeof each === "function");
  if (callback) process.nextTick(callback, error);
}

/** What Node would refuse at once has to be refused at once, and not when the call is repeated. */
export function refuseNoChunk(door: "write" | "end", chunk: unknown): void {
  if (typeof chunk === "string" || chunk instanceof Uint8Array) return;
  if (door === "end" && (!chunk || typeof chunk === "function")) return;
  throw Object.assign(
    new TypeError(
      `The "chunk" argument must be a string, a Buffer or a Uint8Array. Received ${chunk === null ? "null" : typeof chunk}`,
    ),
    { code: chunk === null ? "ERR_STREAM_NULL_VALUES" : "ERR_INVALID_ARG_TYPE" },
  );
}
