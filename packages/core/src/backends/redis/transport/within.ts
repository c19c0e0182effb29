// A limit in time for what has none of its own.
import type { Deadline } from "../../deadline.ts";

/** Settles as `promise` does, but by the deadline: then it rejects with what `late` makes, and `promise` goes on unheard. */
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
