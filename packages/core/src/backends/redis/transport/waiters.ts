// Waiting with a time limit: many callers for one value, or one caller for a promise that has no limit of its own.
import type { Deadline } from "../../deadline.ts";

/** Callers that wait for the same value, each with its own time limit. */
export class Waiters<Value> {
  readonly #waiting = new Set<{
    resolve: (value: Value) => void;
    reject: (error: Error) => void;
  }>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Waits at most `milliseconds`, then rejects with the error that `late` creates. */
  wait(milliseconds: number, late: () => Error): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiter = {
        resolve: (value: Value): void => {
          leave();
          resolve(value);
        },
        reject: (error: Error): void => {
          leave();
          reject(error);
        },
      };
      const timeOut = (): void => {
        if (this.#waiting.has(waiter)) waiter.reject(late());
      };
      // setImmediate: what has already arrived is handled first. Redis is not late if this process was busy.
      const timer = setTimeout(() => setImmediate(timeOut), milliseconds);
      const leave = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
      };
      this.#waiting.add(waiter);
    });
  }

  resolveAll(value: Value): void {
    for (const waiter of this.#waiting) waiter.resolve(value);
  }

  /** Rejects all, each with an error of its own. */
  rejectAll(error: () => Error): void {
    for (const waiter of this.#waiting) waiter.reject(error());
  }
}

/** Settles as `promise` does, but by the deadline: then it rejects with the error that `late` creates, and ignores `promise`. */
export function within<Value>(
  promise: Promise<Value>,
  deadline: Deadline,
  late: () => Error,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), deadline.remaining());
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
