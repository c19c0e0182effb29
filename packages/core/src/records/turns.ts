// The order of operations on one session: one after the other, as they were called.
import type { Deadline } from "../backend/deadline.ts";

/** Runs operations one at a time. The deadline of each begins when it is called, not when its turn comes. */
export class Turns {
  readonly #deadline: () => Deadline;
  #previous: Promise<unknown> = Promise.resolve();

  constructor(deadline: () => Deadline) {
    this.#deadline = deadline;
  }

  run<Result>(operation: (deadline: Deadline) => Promise<Result>): Promise<Result> {
    const deadline = this.#deadline();
    const turn = this.#previous.then(() => operation(deadline));
    this.#previous = turn.then(
      () => undefined,
      () => undefined, // The caller of this turn is told; the next one only waits for it.
    );
    return turn;
  }
}
