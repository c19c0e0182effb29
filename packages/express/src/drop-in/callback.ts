// Gives the result of a promise to the callback that express-session passes to its store.
import { inspect } from "node:util";

/** As Node's callbacks: the error comes first. */
export type Callback<Result> = (error: unknown, result?: Result) => void;

/**
 * Calls `callback` once with the result of `work`, outside the promise: an exception in the callback is not a rejection. Without a
 * callback, as in `req.session.destroy()`, a failure that the caller does not observe becomes a process warning and not a crash.
 */
export function withCallback<Result>(
  work: Promise<Result>,
  callback: Callback<Result> | undefined,
): Promise<Result> {
  if (!callback) return WarningPromise.of(work);
  work.then(
    (result) => process.nextTick(callback, null, result),
    (error: unknown) => process.nextTick(callback, error),
  );
  return work;
}

/** Warns of a rejection unless the caller observes it with `await`, `then`, `catch` or `finally`. */
class WarningPromise<Result> extends Promise<Result> {
  #isObserved = false;

  static of<Result>(work: Promise<Result>): Promise<Result> {
    const promise = new WarningPromise<Result>((resolve) => resolve(work));
    void Promise.prototype.then.call(promise, undefined, (error: unknown) => {
      if (!promise.#isObserved) warn(error);
    });
    return promise;
  }

  /** Promises derived from this one are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // `await`, `catch` and `finally` call it too.
  // eslint-disable-next-line unicorn/no-thenable -- it is a promise
  override then<Fulfilled = Result, Rejected = never>(
    onFulfilled?: ((value: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    this.#isObserved = true;
    return super.then(onFulfilled, onRejected);
  }
}

function warn(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.emitWarning(
    `ExpressSessionStore was called without a callback or await, and failed: ${message}`,
    { type: "RedistoreWarning", detail: inspect(error) },
  );
}
